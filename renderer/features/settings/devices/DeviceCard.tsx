import type { ReactNode } from 'react';
import type { DeviceInfo } from '../../../../main/contract/devices.ts';
import { Badge } from '../../../components/Badge.tsx';
import { Button } from '../../../components/Button.tsx';
import { Card } from '../../../components/Card.tsx';
import { FactList, type NamedFact } from '../../../components/FactList.tsx';
import { stateBadges, testFacts } from './deviceWords.ts';
import { SpeedBars } from './SpeedBars.tsx';

interface DeviceCardProps {
  readonly device: DeviceInfo;
  readonly fastest: { readonly training: number; readonly inference: number };
  readonly isBusy: boolean;
  readonly onTest: () => void;
}

/** One device: what it is, whether it may be used, and how fast it was. */
export function DeviceCard({ device, fastest, isBusy, onTest }: DeviceCardProps): ReactNode {
  const { title, state, reason, facts, lastTest, isAutomatic } = device;
  const badge = stateBadges[state];
  const isThere = state !== 'absent';
  const shownTest = isThere && lastTest?.outcome === 'passed' ? lastTest : undefined;
  return (
    <Card
      title={title}
      className={isThere ? 'device' : 'device is-absent'}
      actions={
        <span className="row">
          {isAutomatic ? <Badge tone="accent">used by “auto”</Badge> : null}
          <Badge tone={badge.tone}>{badge.text}</Badge>
          {isThere ? (
            <Button disabled={isBusy} onClick={onTest} aria-label={`Test ${title}`}>
              {lastTest ? 'Test again' : 'Test'}
            </Button>
          ) : null}
        </span>
      }
    >
      {reason ? (
        <p className={state === 'failed' ? 'device-error' : 'dim'} role={state === 'failed' ? 'alert' : undefined}>
          {reason}
        </p>
      ) : null}
      <div className="device-body">
        <FactList
          facts={[
            ...facts.map(({ name, value }): NamedFact => [name, value]),
            ...(shownTest ? testFacts(shownTest) : []),
          ]}
        />
        {shownTest ? <SpeedBars test={shownTest} fastest={fastest} /> : null}
      </div>
    </Card>
  );
}
