import { z } from 'zod';
import { DatasetTask } from '../datasetTask.ts';
import { Scope } from '../labels.ts';

const Spread = z.object({ low: z.number(), median: z.number(), high: z.number() });

/** What planning knows of a dataset and of the machine: numbers, never images or names of patients. */
export const SnapshotFingerprint = z.object({
  snapshot: z.string(),
  task: DatasetTask.default('classification'),
  unit: Scope,
  /** Side of the pictures in pixels, and their channels. */
  size: z.number(),
  channels: z.number(),
  /** Slices of a case, and whether they cover the whole series; absent: one picture. */
  slices: z.object({ count: z.number(), extent: z.enum(['series', 'lesion']) }).optional(),
  /** Trainings that a dataset with folds makes. */
  folds: z.number().optional(),
  cases: z.number(),
  patients: z.number(),
  /** Cases of one training. */
  trainCases: z.number(),
  valCases: z.number(),
  /** In training, or in all folds together. */
  classes: z.array(z.object({ name: z.string(), cases: z.number(), patients: z.number() })),
  /** Test cases of the smallest class; of one fold where there are folds. */
  leastTestCases: z.number(),
  /** The word by which the answer tells the sides of a patient apart. */
  sideWord: z.string().optional(),
  hasWindow: z.boolean(),
  cropMm: z.number().optional(),
  /** Of the source images that are in this workspace; absent where none is. */
  source: z
    .object({
      images: z.number(),
      /** Modality with its number of images, the most frequent first. */
      modalities: z.array(z.object({ modality: z.string(), images: z.number() })),
      bodyPart: z.string().optional(),
      /** The shorter side in pixels. */
      side: Spread,
      /** mm between pixels; absent where the images do not say. */
      spacingMm: Spread.optional(),
    })
    .optional(),
  /** Of the pictures as the network gets them, 0 black and 1 white. */
  intensities: z.object({
    mean: z.number(),
    standardDeviation: z.number(),
    /** Share of pixels at the ends of the range: cut off by the window, or padding. */
    atBlack: z.number(),
    atWhite: z.number(),
  }),
  device: z.object({
    id: z.string(),
    title: z.string(),
    memoryBytes: z.number(),
    /** Multiply-adds a second, forward and backward, as its test measured them. */
    trainingSpeed: z.number().optional(),
  }),
});
export type SnapshotFingerprint = z.output<typeof SnapshotFingerprint>;

/** One decision of a plan, for reading. */
export const PlanChoice = z.object({
  /** The setting of the configuration it is about; `size` and `folds` belong to the dataset, `device` to the machine. */
  key: z.string(),
  title: z.string(),
  value: z.string(),
  reason: z.string(),
  /** Something better could be had by making another dataset or testing the device. */
  isAdvice: z.boolean().default(false),
});
export type PlanChoice = z.output<typeof PlanChoice>;
