import { z } from 'zod';
import { command, event, query } from './define.ts';
import { FormTrials } from './lowerings.ts';
import { Id, JobRef, None, Timestamp } from './values.ts';

/** How fast a device is at one kind of work, measured with a network of the usual size. */
export const MeasuredSpeed = z.object({
  /** Architecture id, side of the images in pixels and images in a batch. */
  network: z.string(),
  size: z.number().int(),
  batchSize: z.number().int(),
  imagesPerSecond: z.number(),
});
export type MeasuredSpeed = z.output<typeof MeasuredSpeed>;

/** One self-test of one device: a fixed network trained for ten steps and compared with what is right. */
export const DeviceTest = z.object({
  device: z.string(),
  outcome: z.enum(['passed', 'failed']),
  testedAt: Timestamp,
  seconds: z.number(),
  /** Of a loss of the ten steps from the reference's, relative; at most 1e-3 passes. */
  worstDifference: z.number().optional(),
  /** The same ten steps, run again, gave the same bits. */
  isRepeatable: z.boolean().optional(),
  /** Images a second of the small fixed network in training: what is compared even where nothing larger was measured. */
  smallImagesPerSecond: z.number().optional(),
  training: MeasuredSpeed.optional(),
  inference: MeasuredSpeed.optional(),
  /** Why no speed of a usual network was measured. */
  unmeasuredReason: z.string().optional(),
  /** Main memory the measured training took at its peak, above that of the idle process. */
  memoryBytes: z.number().optional(),
  /** What refused it, in the engine's own words. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type DeviceTest = z.output<typeof DeviceTest>;

export const DeviceState = z.enum(['passed', 'failed', 'untested', 'outdated', 'absent']);
export type DeviceState = z.output<typeof DeviceState>;

export const DeviceInfo = z.object({
  /** As `--device` takes it. */
  id: z.string(),
  title: z.string(),
  engine: z.enum(['onnxruntime', 'tensorflow']),
  state: DeviceState,
  /** Why it is absent or not to be relied on, and what would help. */
  reason: z.string().optional(),
  /** Model, memory, driver: what the system tells without loading anything. */
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  lastTest: DeviceTest.optional(),
  /** `auto` means this one. */
  isAutomatic: z.boolean(),
});
export type DeviceInfo = z.output<typeof DeviceInfo>;

export const DeviceOverview = z.object({
  devices: z.array(DeviceInfo),
  /** What `auto` means on this machine now, and why. */
  automatic: z.object({ device: z.string(), reason: z.string() }),
  /** Version of the engine that results belong to. */
  runtime: z.string(),
  /** How gradients are written on the CPU: what trials of trainings on this machine have found. */
  lowerings: z.array(FormTrials),
});
export type DeviceOverview = z.output<typeof DeviceOverview>;

export const deviceMethods = {
  'devices.list': query(None, DeviceOverview),
  /** Tests one device, or all that are present; job result: DeviceTestResult. A device that fails is a result, not an error. */
  'devices.test': command(z.object({ device: Id.optional() }), JobRef),
};

/** Result of a device test job. */
export const DeviceTestResult = z.object({ tests: z.array(DeviceTest) });

export const deviceEvents = {
  'devices.changed': event(None),
};
