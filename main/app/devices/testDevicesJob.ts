import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceTest } from '../../contract/devices.ts';
import { connectTasks } from '../../contract/transport/tasks.ts';
import { AppError, asAppError } from '../../domain/errors.ts';
import { type Device, listDevices } from '../../learning/engine/machine/listDevices.ts';
import type { AppContext } from '../context.ts';
import type { JobContext } from '../jobs.ts';
import type { WorkerTasks } from '../learning/runInWorker.ts';
import { threadCount } from '../learning/threadCount.ts';
import { deviceOverview, fingerprintOf } from './deviceOverview.ts';
import { keepDeviceResult } from './deviceResults.ts';

type TestContext = Pick<AppContext, 'spawnWorker' | 'announce'>;

/** A driver that hangs is given up after this time. */
const limitMs = 10 * 60_000;

/**
 * The devices a test is about: the one asked for or all that are present. The CPU comes first where its speed is not
 * known, because it is what the others are compared with.
 * @throws AppError not-found, unsupported-device (absent, with the reason)
 */
export function devicesToTest(id: string | undefined): readonly Device[] {
  const devices = listDevices();
  if (id === undefined) return devices.filter(({ absence }) => absence === undefined);
  const asked = devices.find((device) => device.id === id);
  if (!asked) {
    const known = devices.map((device) => device.id).join(', ');
    throw new AppError('not-found', `This system knows no device ${id}; there are ${known}.`);
  }
  if (asked.absence !== undefined) throw new AppError('unsupported-device', asked.absence);
  const isCpuKnown = deviceOverview().devices.some((device) => device.id === 'cpu' && device.state === 'passed');
  const cpu = devices.find((device) => device.id === 'cpu');
  return cpu && !isCpuKnown && id !== 'cpu' ? [cpu, asked] : [asked];
}

/** Tests devices one after the other, each in a worker of its own, and keeps each result as soon as it is there. */
export async function testDevicesJob(context: TestContext, devices: readonly Device[], job: JobContext) {
  const tests: DeviceTest[] = [];
  for (const [i, device] of devices.entries()) {
    const test = await testIn(context, device, {
      signal: job.signal,
      onProgress: ({ fraction, message }) =>
        job.progress({ fraction: (i + fraction) / devices.length, message: `${device.title}: ${message}` }),
    });
    keepDeviceResult(fingerprintOf(device), test);
    context.announce('devices.changed', {});
    tests.push(test);
  }
  return { tests };
}

interface Hooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: WorkerTasks['testDevice']['progress']) => void;
}

/** A worker that ends, or does not end in time, is the device's failure. @throws AppError cancelled */
async function testIn(
  { spawnWorker }: TestContext,
  device: Device,
  { signal, onProgress }: Hooks,
): Promise<DeviceTest> {
  const start = performance.now();
  const worker = spawnWorker('learning');
  const ended = new AbortController();
  try {
    const running = connectTasks<WorkerTasks>(worker.channel).run(
      'testDevice',
      { device: device.id, threads: threadCount() },
      { signal, onProgress },
    );
    const late = delay(limitMs, undefined, { signal: ended.signal }).then(() => {
      throw new AppError('time-limit', 'The device did not end its test within ten minutes.');
    });
    return await Promise.race([running, late, abortOf(signal, ended.signal)]);
  } catch (thrown) {
    if (signal.aborted) throw new AppError('cancelled', 'The test was cancelled.');
    const { code, message } = asAppError(thrown);
    const text = code === 'worker-died' ? 'The driver brought down the process that tested it.' : message;
    const seconds = (performance.now() - start) / 1000;
    const facts = { device: device.id, testedAt: new Date().toISOString(), seconds };
    return { ...facts, outcome: 'failed', error: { code, message: text } };
  } finally {
    ended.abort();
    worker.kill();
  }
}

/** Cancelling does not wait for a step in a slow driver: the worker is killed. */
const abortOf = (signal: AbortSignal, unless: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => reject(new AppError('cancelled', 'The test was cancelled.'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true, signal: unless });
  });
