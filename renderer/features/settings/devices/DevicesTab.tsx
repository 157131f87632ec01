import type { ReactNode } from 'react';
import { errorText, useCommand, useQueryOf } from '../../../client/hooks.ts';
import { hasEnded, useJobs } from '../../../client/jobs.ts';
import { Button } from '../../../components/Button.tsx';
import { Card } from '../../../components/Card.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { DeviceCard } from './DeviceCard.tsx';
import { HealthCard } from './HealthCard.tsx';
import { LoweringsCard } from './LoweringsCard.tsx';
import { TestProgress } from './TestProgress.tsx';
import './devices.css';

/** What networks can run on here: found, tested, measured. */
export function DevicesTab(): ReactNode {
  const { data, error, refetch } = useQueryOf('devices.list', {});
  const test = useCommand('devices.test');
  const running = useJobs().find((job) => job.kind === 'device-test' && !hasEnded(job));
  if (error) return <ErrorState text={errorText(error)} onRetry={() => void refetch()} />;
  if (!data) return null;
  const { devices, automatic, runtime, lowerings } = data;
  const speeds = devices.flatMap(({ state, lastTest }) => (state === 'passed' && lastTest ? [lastTest] : []));
  const fastest = {
    training: Math.max(0, ...speeds.map(({ training }) => training?.imagesPerSecond ?? 0)),
    inference: Math.max(0, ...speeds.map(({ inference }) => inference?.imagesPerSecond ?? 0)),
  };
  const isBusy = running !== undefined || test.isRunning;
  const chosen = devices.find(({ id }) => id === automatic.device);
  return (
    <div className="stack devices">
      <Card
        title={`Training runs on: ${chosen?.title ?? automatic.device}`}
        actions={
          <Button tone="primary" icon="play" disabled={isBusy} onClick={() => void test.run({})}>
            Test all devices
          </Button>
        }
      >
        <p>{automatic.reason}</p>
        <p className="dim">
          A test trains a small network for ten steps, compares every loss with the CPU’s, and measures how fast a usual
          network is: about 20 seconds a device. A device that computes something else, or fails, is refused; nothing is
          moved to another device instead. Results hold for this machine, its drivers and {runtime}, in every workspace.
        </p>
        {running ? <TestProgress job={running} /> : null}
      </Card>
      {devices.map((device) => (
        <DeviceCard
          key={device.id}
          device={device}
          fastest={fastest}
          isBusy={isBusy}
          onTest={() => void test.run({ device: device.id })}
        />
      ))}
      {lowerings.length > 0 ? <LoweringsCard trials={lowerings} /> : null}
      <HealthCard />
    </div>
  );
}
