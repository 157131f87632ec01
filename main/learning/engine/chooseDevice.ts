import type { DeviceState, DeviceTest } from '../../contract/devices.ts';

/** What choosing reads of a device. */
export interface Candidate {
  readonly id: string;
  readonly title: string;
  readonly state: DeviceState;
  readonly lastTest?: DeviceTest | undefined;
}

export interface DeviceChoice {
  readonly device: string;
  /** A sentence for a person. */
  readonly reason: string;
}

/** Two measurements of one device differ by so much; less than that does not show that another one is faster. */
const CLEARLY_FASTER = 1.2;

const speedOf = ({ lastTest }: Candidate): number | undefined => lastTest?.training?.imagesPerSecond;
const rate = (speed: number): string => `${speed >= 10 ? Math.round(speed) : speed.toFixed(1)} images a second`;

/**
 * What `auto` means: the fastest device in training among those whose test still holds, where it is clearly faster than
 * the CPU. Without tests it is the CPU,
 * the only device that needs none. Pure.
 */
export function chooseDevice(candidates: readonly Candidate[]): DeviceChoice {
  const tested = candidates.filter(({ id, state }) => state === 'passed' && id !== 'cpu');
  const cpu = candidates.find(({ id }) => id === 'cpu');
  const cpuSpeed = cpu?.state === 'passed' ? speedOf(cpu) : undefined;
  if (tested.length === 0) {
    const untried = candidates.filter(({ state }) => state === 'untested' || state === 'outdated');
    const names = untried.filter(({ id }) => id !== 'cpu').map(({ title }) => title);
    const hint = names.length > 0 ? ` Test ${names.join(' and ')} to find out whether it is faster.` : '';
    return { device: 'cpu', reason: `No other device has passed its self-test.${hint}` };
  }
  if (cpuSpeed === undefined)
    return {
      device: 'cpu',
      reason: 'The CPU has not been measured yet, so nothing shows that another device is faster.',
    };
  const [fastest] = tested
    .filter((device) => (speedOf(device) ?? 0) >= CLEARLY_FASTER * cpuSpeed)
    .toSorted((a, b) => (speedOf(b) ?? 0) - (speedOf(a) ?? 0));
  if (!fastest)
    return {
      device: 'cpu',
      reason: `No device that passed is clearly faster in training than the CPU (${rate(cpuSpeed)}).`,
    };
  const times = ((speedOf(fastest) ?? 0) / cpuSpeed).toFixed(1);
  return {
    device: fastest.id,
    reason: `It passed and trains ${times} times as fast as the CPU: ${rate(speedOf(fastest) ?? 0)}.`,
  };
}
