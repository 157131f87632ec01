import { type ReactNode, useState } from 'react';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { formatAmount } from '../../components/format.ts';
import { importPaths, useCurrentImport } from './currentImport.ts';

/** Imports that did not come to their end: what they took in is there, the rest is a click away. */
export function InterruptedImports(): ReactNode {
  const current = useCurrentImport();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const { data } = useQueryOf('imports.interrupted', {}, { staleTimeMs: 0, enabled: current === undefined });
  const dismiss = useCommand('imports.dismiss');
  const shown = (data?.imports ?? []).filter(({ importId }) => !done.has(importId));
  if (current !== undefined || shown.length === 0) return null;
  const isOver = (importId: string): void => setDone(new Set([...done, importId]));
  return (
    <section className="interrupted" aria-label="Interrupted imports">
      {shown.map(({ importId, paths, metadata, copy, instances }) => (
        <div key={importId} className="interrupted-line">
          <p>
            An import was interrupted after {formatAmount(instances, 'image')}.{' '}
            <span className="dim truncate" title={paths.join('\n')}>
              {paths[0] ?? metadata}
              {paths.length > 1 ? ` and ${paths.length - 1} more` : ''}
            </span>
          </p>
          <Button
            tone="primary"
            onClick={() => {
              isOver(importId);
              void importPaths(paths, { metadata, copy });
            }}
          >
            Continue
          </Button>
          <Button
            onClick={() => {
              isOver(importId);
              void dismiss.run({ importId });
            }}
          >
            Leave it so
          </Button>
        </div>
      ))}
    </section>
  );
}
