import type { ReactNode } from 'react';
import { errorText, useQueryOf } from '../../../client/hooks.ts';
import { Badge } from '../../../components/Badge.tsx';
import { Button } from '../../../components/Button.tsx';
import { Card } from '../../../components/Card.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';

const states = {
  ok: { tone: 'ok', text: 'works' },
  warning: { tone: 'warn', text: 'look at this' },
  failed: { tone: 'bad', text: 'does not work' },
  'not-run': { tone: 'neutral', text: 'not tried' },
} as const;

/** What else the program needs from this machine. Devices have cards of their own. */
export function HealthCard(): ReactNode {
  const { data, error, isFetching, refetch } = useQueryOf('system.doctor', {});
  const checks = data?.checks.filter(({ id }) => !id.startsWith('device-')) ?? [];
  return (
    <Card
      title="Health of the program"
      actions={
        <Button isBusy={isFetching} onClick={() => void refetch()}>
          Look again
        </Button>
      }
    >
      {error ? <ErrorState text={errorText(error)} /> : null}
      {isFetching && !data ? <p className="dim">Looking…</p> : null}
      <ul className="settings-list">
        {checks.map((check) => (
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
