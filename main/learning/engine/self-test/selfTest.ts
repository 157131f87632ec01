import { AppError } from '../../../domain/errors.ts';
import { referenceLosses, runFixedTraining, type TestedDevice, type TestHooks } from './fixedTraining.ts';

export interface SelfTestReport {
  readonly device: string;
  /** Training images a second of the fixed network, the first steps left out: they compile shaders. */
  readonly imagesPerSecond: number;
  /** Of a loss from the reference's, relative. */
  readonly worstDifference: number;
  readonly losses: readonly number[];
  /** The same ten steps again gave the same bits; undefined where they were run once. */
  readonly isRepeatable?: boolean;
  /** Images a second of the CPU in the same training. */
  readonly cpuImagesPerSecond: number;
  readonly seconds: number;
}

/** Of each loss, relative: issue of float32 sums in another order, far below what a wrong kernel does. */
const tolerance = 1e-3;

function worst(losses: readonly number[], expected: readonly number[]): number {
  const differences = expected.map((loss, i) => Math.abs((losses[i] ?? Number.NaN) - loss) / Math.abs(loss));
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...differences);
}

/**
 * Trains a fixed network for ten steps on a device and on the CPU and compares the losses. The CPU is the reference of
 * every other device; it is itself held against losses computed in float64.
 * @throws AppError unsupported-device, with what went wrong in its message; cancelled
 */
export async function selfTest(
  device: TestedDevice,
  hooks: TestHooks & { readonly twice?: boolean } = {},
): Promise<SelfTestReport> {
  const start = performance.now();
  const isCpu = device.device === 'cpu';
  const cpu = isCpu ? undefined : await runFixedTraining({ device: 'cpu', threads: device.threads });
  const actual = await runFixedTraining(device, hooks);
  const worstDifference = worst(actual.losses, cpu?.losses ?? referenceLosses);
  if (!(worstDifference <= tolerance)) {
    const other = isCpu ? 'what it should' : 'what the CPU computes';
    throw new AppError(
      'unsupported-device',
      `The device ${device.device} does not compute ${other}: a loss differs by ${(100 * worstDifference).toPrecision(2)} %.`,
    );
  }
  const { losses, imagesPerSecond, isRepeatable } = actual;
  return {
    device: device.device,
    ...{ imagesPerSecond, worstDifference, losses },
    ...(isRepeatable === undefined ? {} : { isRepeatable }),
    cpuImagesPerSecond: cpu?.imagesPerSecond ?? imagesPerSecond,
    seconds: (performance.now() - start) / 1000,
  };
}

const tests = new Map<string, Promise<SelfTestReport>>();

/** The self-test of a device, once in a process. @throws AppError unsupported-device, each time it is asked for */
export function passedSelfTest(device: TestedDevice): Promise<SelfTestReport> {
  const key = `${device.engine ?? ''}/${device.device}`;
  const known = tests.get(key) ?? selfTest(device);
  tests.set(key, known);
  return known;
}
