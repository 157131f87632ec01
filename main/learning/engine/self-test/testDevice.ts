import type { DeviceTest } from '../../../contract/devices.ts';
import { asAppError } from '../../../domain/errors.ts';
import type { TestedDevice } from './fixedTraining.ts';
import { measureInferenceSpeed, measureTrainingSpeed } from './measureSpeed.ts';
import { selfTest } from './selfTest.ts';

export interface DeviceTestProgress {
  readonly fraction: number;
  readonly message: string;
}

export interface DeviceTestHooks {
  readonly signal?: AbortSignal;
  readonly onProgress: (progress: DeviceTestProgress) => void;
}

/**
 * A device that is this many times slower than the CPU in the small network has lost: measuring a large one on it
 * would take minutes (a software device) and change nothing.
 */
const hopelesslySlow = 20;

/** The parts of a test and where in it they end, as a share of its time on a usual device. */
const parts = {
  losses: { message: 'Ten training steps, compared with the CPU', from: 0.02, to: 0.4 },
  training: { message: 'Measuring training: ResNet-18, 128 pixels, 16 images at a time', from: 0.4, to: 0.8 },
  inference: { message: 'Measuring use: ResNet-18, 128 pixels, 16 images at a time', from: 0.8, to: 1 },
} as const;

/**
 * Tests a device and measures it; call it in a worker process of its own, so that the memory is this test's and a
 * driver that brings the process down brings down nothing else. What fails is told in the result.
 * @throws AppError cancelled
 */
export async function testDevice(device: TestedDevice, hooks: DeviceTestHooks): Promise<DeviceTest> {
  const start = performance.now();
  const { signal } = hooks;
  const part = (name: keyof typeof parts) => {
    const { message, from, to } = parts[name];
    hooks.onProgress({ fraction: from, message });
    return {
      signal,
      onProgress: (done: number) => hooks.onProgress({ fraction: from + done * (to - from), message }),
    };
  };
  const facts = { device: device.device, testedAt: new Date().toISOString() };
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const idleBytes = process.memoryUsage().rss;
    const report = await selfTest(device, { ...part('losses'), twice: true });
    const { worstDifference, isRepeatable, imagesPerSecond, cpuImagesPerSecond } = report;
    const passed = {
      ...{ ...facts, outcome: 'passed' as const, worstDifference, smallImagesPerSecond: imagesPerSecond },
      ...(isRepeatable === undefined ? {} : { isRepeatable }),
    };
    if (imagesPerSecond * hopelesslySlow < cpuImagesPerSecond) {
      const times = Math.round(cpuImagesPerSecond / imagesPerSecond);
      const unmeasuredReason = `It computes rightly, but ${times} times slower than the CPU: nothing larger was measured.`;
      return { ...passed, unmeasuredReason, seconds: seconds() };
    }
    const training = await measureTrainingSpeed(device, part('training'));
    const memoryBytes = Math.max(0, process.resourceUsage().maxRSS * 1024 - idleBytes);
    const inference = await measureInferenceSpeed(device, part('inference'));
    return { ...passed, training, inference, memoryBytes, seconds: seconds() };
  } catch (thrown) {
    signal?.throwIfAborted();
    const { code, message } = asAppError(thrown);
    return { ...facts, outcome: 'failed', seconds: seconds(), error: { code, message } };
  }
}
