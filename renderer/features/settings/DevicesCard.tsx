import type { ReactNode } from 'react';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';

const states = {
  ok: { tone: 'ok', text: 'works' },
  warning: { tone: 'warn', text: 'look at this' },
  failed: { tone: 'bad', text: 'does not work' },
  'not-run': { tone: 'neutral', text: 'not tried' },
} as const;

/** What the machine offers, and whether it passed its test. */
export function DevicesCard(): ReactNode {
  const { data, error, isFetching, refetch } = useQueryOf('system.doctor', {});
  return (
    <Card
      title="Devices and health"
      actions={
        <Button isBusy={isFetching} onClick={() => void refetch()}>
          Test again
        </Button>
      }
    >
      {error ? <ErrorState text={errorText(error)} /> : null}
      {isFetching && !data ? <p className="dim">Testing…</p> : null}
      <ul className="settings-list">
        {data?.checks.map((check) => (
          <li key={check.id} className="spread">
            <div>
              <strong>{check.title}</strong>
              <p className="dim">{check.detail}</p>
            </div>
            <Badge tone={states[check.state].tone}>{states[check.state].text}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}
