import type { ReactNode } from 'react';
import type { DeviceTest } from '../../../../main/contract/devices.ts';
import { formatRate, workOf } from '../../../components/deviceSpeed.ts';

interface SpeedBarsProps {
  readonly test: DeviceTest;
  /** The fastest device of this machine, in images a second: the full width. */
  readonly fastest: { readonly training: number; readonly inference: number };
}

/** How fast a device was, beside the fastest of this machine. */
export function SpeedBars({ test, fastest }: SpeedBarsProps): ReactNode {
  const { training, inference, unmeasuredReason } = test;
  if (!training || !inference) return unmeasuredReason ? <p className="dim">{unmeasuredReason}</p> : null;
  const rows = [
    ['Training', training.imagesPerSecond, fastest.training],
    ['In use', inference.imagesPerSecond, fastest.inference],
  ] as const;
  return (
    <div className="device-speed">
      {rows.map(([name, speed, most]) => (
        <div key={name} className="device-speed-row">
          <span className="dim">{name}</span>
          <span className="device-bar" aria-hidden="true">
            <i style={{ width: `${Math.max(1, (100 * speed) / most)}%` }} />
          </span>
          <strong>{formatRate(speed)}</strong>
        </div>
      ))}
      <p className="dim">{workOf(training)}</p>
    </div>
  );
}
