import type { ReactNode } from 'react';
import { usePathBrowser } from '../../client/usePathBrowser.ts';
import { Card } from '../../components/Card.tsx';
import { PathField } from '../../components/files/PathField.tsx';
import { TextField } from '../../components/TextField.tsx';
import { type Plan, shortestPassphrase } from './plan.ts';

interface TargetCardProps {
  readonly plan: Plan;
  readonly onChange: (part: Partial<Plan>) => void;
}

/** Where the copies go, and the secret that ties them to the patients. */
export function TargetCard({ plan, onChange }: TargetCardProps): ReactNode {
  const { out, passphrase, repeated } = plan;
  const setOut = (value: string): void => onChange({ out: value });
  const browser = usePathBrowser({ kind: 'folder', onChoose: setOut });
  const table = plan.table.trim() || (out.trim() ? `${out.trim().replace(/[/\\]+$/, '')}.pseudonyms.json` : '');
  const isShort = passphrase !== '' && passphrase.length < shortestPassphrase;
  return (
    <Card title="3  Where to">
      <div className="stack">
        <PathField label="Folder to write to" value={out} onChange={setOut} browser={browser} />
        <TextField
          label="Pseudonym table"
          value={plan.table}
          placeholder={table || 'beside the folder'}
          spellCheck={false}
          hint="Encrypted. With its passphrase a patient can be found again, and later images get the same pseudonym. Keep it apart from the copies."
          onChange={(value) => onChange({ table: value })}
        />
        <div className="passphrases">
          <TextField
            label="Passphrase of the table"
            type="password"
            autoComplete="new-password"
            value={passphrase}
            error={isShort ? `At least ${shortestPassphrase} characters.` : undefined}
            onChange={(value) => onChange({ passphrase: value })}
          />
          <TextField
            label="The same again"
            type="password"
            autoComplete="new-password"
            value={repeated}
            error={repeated !== '' && repeated !== passphrase ? 'Not the same.' : undefined}
            onChange={(value) => onChange({ repeated: value })}
          />
        </div>
        <p className="dim">Nobody can open the table without the passphrase, and nobody can reset it.</p>
      </div>
    </Card>
  );
}
