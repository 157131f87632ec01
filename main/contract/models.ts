import { z } from 'zod';
import { Augmentation } from './augmentation.ts';
import { Phases, SliceChoice, SlicePooling } from './caseShape.ts';
import { DatasetTask } from './datasetTask.ts';
import { command, event, query } from './define.ts';
import { EvaluatedCase, Evaluation } from './evaluations.ts';
import { NumberScale } from './labels.ts';
import { TestTimeAugmentation } from './testTimeAugmentation.ts';
import { Float32, FrameNumber, Id, Interval, JobRef, None, SeriesUid, SopUid, Timestamp } from './values.ts';

/** How a source frame becomes the network's input; recorded in the snapshot and carried by the model card. */
export const Preprocessing = z.object({
  size: z.number().int(),
  resize: z.enum(['fit', 'stretch']),
  /** 1, 3 equal ones, or as many as there are phases. */
  channels: z.number().int().min(1).max(6),
  /** Absent: the whole image. */
  cropMm: z.number().optional(),
  window: z.object({ center: z.number(), width: z.number() }).optional(),
  /** Several slices are a case; `label` is the question whose outlines tell the extent of a lesion. */
  slices: SliceChoice.extend({ label: z.string().optional() }).optional(),
  /** Series of the study that are the channels, at the place of the frame that is looked at. */
  phases: Phases.optional(),
  /** Mean and standard deviation of the training part after windowing to 0..1. */
  mean: z.number(),
  standardDeviation: z.number(),
});
export type Preprocessing = z.output<typeof Preprocessing>;

/** Travels with model.onnx (model-card.json) and says all that is needed to use the weights rightly. */
export const ModelCard = z.object({
  name: z.string(),
  task: DatasetTask,
  architecture: z.string(),
  classes: z.array(z.string()),
  positive: z.string().optional(),
  unit: z.string(),
  preprocessing: Preprocessing.optional(),
  threshold: z.object({ value: z.number(), rule: z.string() }).optional(),
  snapshotHash: z.string().optional(),
  /** SHA-256 of patient ids and of pixel data seen in training or validation, for the seen-in-training check. */
  seenPatients: z.array(z.string()),
  seenPixels: z.array(z.string()),
  folds: z.number().int().optional(),
  /** Of a model that looks at several slices. */
  pooling: SlicePooling.optional(),
  /** How its training pictures were changed; a network knows nothing of other changes. */
  augmentation: Augmentation.optional(),
  /** A head that was fitted on pooled features; settings per fold, as validation chose them. */
  head: z
    .object({ kind: z.enum(['logistic', 'svm', 'forest', 'knn']), settings: z.array(z.record(z.string(), z.number())) })
    .optional(),
  /** Its answer is a number on this scale; the network says it in this unit. */
  number: NumberScale.extend({
    /** By network: what its numbers were standardised with in training, those of its training part. */
    standardisedBy: z.array(z.object({ mean: z.number(), standardDeviation: z.number() })),
  }).optional(),
  /** Of several labels: each with the threshold that validation chose for it. */
  labels: z
    .array(z.object({ name: z.string(), threshold: z.object({ value: z.number(), rule: z.string() }) }))
    .optional(),
  validation: z
    .object({
      loss: z.number(),
      auroc: Interval.optional(),
      kappa: Interval.optional(),
      meanAbsoluteError: Interval.optional(),
    })
    .optional(),
  intendedUse: z.string(),
});
export type ModelCard = z.output<typeof ModelCard>;

export const ModelSummary = z.object({
  id: Id,
  name: z.string(),
  architecture: z.string(),
  classes: z.array(z.string()),
  positive: z.string().optional(),
  unit: z.string(),
  /** Absent: classification. */
  task: DatasetTask.optional(),
  runId: z.string().optional(),
  snapshotId: z.string().optional(),
  folds: z.number().optional(),
  /** Slices that it looks at together; absent: one picture. */
  slices: z.number().int().optional(),
  /** Latest evaluation on held-out cases, per case. */
  auroc: Interval.optional(),
  /** The same where the classes are ordered grades. */
  kappa: Interval.optional(),
  /** The same of a number, in its unit. */
  meanAbsoluteError: Interval.optional(),
  number: NumberScale.optional(),
  cases: z.number().optional(),
  evaluationId: z.string().optional(),
  createdAt: Timestamp,
});
export type ModelSummary = z.output<typeof ModelSummary>;

/** A coarse map of where the class score comes from. Colours are the viewer's business. */
export const CamGrid = z.object({
  className: z.string(),
  layer: z.string(),
  method: z.enum(['cam', 'gradcam', 'gradcam++']),
  rows: z.number().int(),
  columns: z.number().int(),
  /** Row-major, before ReLU and normalisation. */
  grid: Float32,
  /** Row-major 3x3: grid (column, row, 1) to source pixel (column, row, 1), both with centres at integers. */
  affinePixels: z.array(z.number()).length(9),
  /** Row-major 4x4: grid (column, row, 0, 1) to patient LPS mm. */
  affineLps: z.array(z.number()).length(16).optional(),
});
export type CamGrid = z.output<typeof CamGrid>;

export const CamMethod = z.enum(['cam', 'gradcam', 'gradcam++', 'none']);

export const Prediction = z.object({
  id: Id,
  modelId: Id,
  imageId: z.string(),
  lesionLabelId: z.string().optional(),
  classes: z.array(z.string()),
  /** Shares of the classes; of a number the number itself; of labels how likely each is. */
  scores: z.array(z.number()),
  /** The class; a number with its unit; the labels that are yes. */
  predicted: z.string(),
  threshold: z.number().optional(),
  /** Of several labels, one each: yes from there on. */
  thresholds: z.array(z.number()).optional(),
  seenInTraining: z.boolean(),
  /** Views of the picture whose scores were averaged; absent: the picture as it is. The map explains that one. */
  tta: TestTimeAugmentation.optional(),
  cam: CamGrid.optional(),
  /** Why there is no map although one was asked for. */
  camReason: z.string().optional(),
  /** Of a model that looks at several slices: which they were, and what each counts for the answer (sum 1). */
  slices: z.array(z.object({ imageId: z.string(), weight: z.number() })).optional(),
  createdAt: Timestamp,
});
export type Prediction = z.output<typeof Prediction>;

export const ModelInspection = z.object({
  path: z.string(),
  opset: z.number().optional(),
  inputs: z.array(z.object({ name: z.string(), shape: z.array(z.union([z.number(), z.string()])) })),
  outputs: z.array(z.object({ name: z.string(), shape: z.array(z.union([z.number(), z.string()])) })),
  parameters: z.number(),
  ops: z.record(z.string(), z.number()),
  differentiable: z.boolean(),
  missing: z.array(z.string()),
  /** What it is, where it is one of our architectures. */
  description: z.string().optional(),
  /** For one image of the model's own size, or of 224 pixels where it takes any; training with Adam, 16 at a time. */
  cost: z
    .object({
      input_shape: z.array(z.number()),
      multiply_adds: z.number(),
      activation_bytes: z.number(),
      training_bytes: z.number(),
    })
    .optional(),
  /** Why there is no cost: it is no classifier, or has operators that are not known. */
  cost_gap: z.string().optional(),
});

export const modelMethods = {
  'models.list': query(None, z.object({ models: z.array(ModelSummary) })),
  'models.get': query(
    z.object({ modelId: Id }),
    z.object({ summary: ModelSummary, card: ModelCard, path: z.string(), sizeBytes: z.number() }),
  ),
  'models.inspect': query(z.object({ path: z.string() }), ModelInspection),
  'models.import': command(
    z.object({ path: z.string(), name: z.string().min(1), card: z.string().optional() }),
    z.object({ modelId: Id }),
  ),
  'models.export': command(z.object({ modelId: Id, out: z.string() }), z.object({ files: z.array(z.string()) })),
  /** Refuses patients or pixels seen in training (`seen-in-training`). Job result: { evaluationId }. */
  'models.evaluate': command(
    z.object({
      modelId: Id,
      snapshotId: Id.optional(),
      split: z.string().default('test'),
      tta: TestTimeAugmentation.optional(),
    }),
    JobRef,
  ),
  'evaluations.list': query(z.object({ modelId: Id.optional() }), z.object({ evaluations: z.array(Evaluation) })),
  'evaluations.get': query(z.object({ evaluationId: Id }), Evaluation),
  /** Cases of an evaluation, most wrong first; a confusion cell when both classes are given. */
  'evaluations.cases': query(
    z.object({
      evaluationId: Id,
      trueClass: z.string().optional(),
      predictedClass: z.string().optional(),
      limit: z.number().int().max(2000).default(200),
      /** How many to leave out first: pages of a long list. */
      offset: z.number().int().nonnegative().default(0),
    }),
    z.object({ cases: z.array(EvaluatedCase) }),
  ),
  /** One frame, at once. A lesion-crop model needs the lesion's label; without one it takes the whole image and says so. */
  'predictions.frame': command(
    z.object({
      modelId: Id,
      sopInstanceUid: SopUid,
      frameNumber: FrameNumber,
      lesionLabelId: Id.optional(),
      cam: CamMethod.default('gradcam'),
      /** Class the map explains; absent: the predicted class. */
      className: z.string().optional(),
      tta: TestTimeAugmentation.optional(),
    }),
    Prediction,
  ),
  /** Every frame of a series, as a job; predictions appear in predictions.list as they are made. */
  'predictions.series': command(
    z.object({
      modelId: Id,
      seriesInstanceUid: SeriesUid,
      cam: CamMethod.default('gradcam'),
      className: z.string().optional(),
      tta: TestTimeAugmentation.optional(),
    }),
    JobRef,
  ),
  'predictions.list': query(
    z.object({ seriesInstanceUid: SeriesUid, modelId: Id.optional() }),
    z.object({ predictions: z.array(Prediction) }),
  ),
};

export const modelEvents = {
  'models.changed': event(None),
  'predictions.changed': event(z.object({ seriesInstanceUid: SeriesUid, modelId: Id })),
};
