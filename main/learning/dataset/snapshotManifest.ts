import { z } from 'zod';
import { CaseCounts, DatasetRecipe, Excluded } from '../../contract/datasets.ts';
import { NumberScale, Scope } from '../../contract/labels.ts';
import { Preprocessing } from '../../contract/models.ts';
import { DataFinding } from '../../contract/values.ts';
import type { SplitPlan } from './assignSplits.ts';
import { canonicalJson, sha256Hex } from './canonicalJson.ts';

/** One slice of a case of several. */
export const ManifestImage = z.object({
  sopInstanceUid: z.string(),
  frameNumber: z.number().int(),
  /** Of the frame's modality values. */
  sha256: z.string(),
  /** Series of the study as channels: the frames of each, with their shares. */
  channels: z
    .array(z.array(z.object({ sopInstanceUid: z.string(), frameNumber: z.number().int(), share: z.number() })))
    .optional(),
  /** One value all over: like the empty slices of other patients. */
  isBlank: z.boolean().optional(),
});
export type ManifestImage = z.output<typeof ManifestImage>;

/** One case of a snapshot; its picture is the one at its position in tensors.bin. */
export const ManifestCase = z.object({
  caseId: z.string(),
  patientId: z.string(),
  linkedIds: z.array(z.string()).optional(),
  studyInstanceUid: z.string(),
  seriesInstanceUid: z.string(),
  sopInstanceUid: z.string(),
  frameNumber: z.number().int(),
  /** Of a number its text, of labels those that are yes. */
  className: z.string(),
  /** What each output of a network is to say, where that is not one class; null: not answered. */
  targets: z.array(z.number().nullable()).optional(),
  revisionIds: z.array(z.string()),
  lesion: z.object({ centre: z.tuple([z.number(), z.number()]), extent: z.number() }).optional(),
  /** Of the file's pixel data, and of this frame's modality values. */
  pixelSha256: z.string().optional(),
  frameSha256: z.string(),
  /** Its slices in order, where it has several; the frame above is the middle one, `frameSha256` is of all. */
  images: z.array(ManifestImage).optional(),
});
export type ManifestCase = z.output<typeof ManifestCase>;

/** What identical pictures are known by: hashes of the stored pixels, of the frame, and of each slice that is not empty. */
export function pixelHashesOf({
  frameSha256,
  pixelSha256,
  images = [],
}: Pick<ManifestCase, 'frameSha256' | 'pixelSha256' | 'images'>): string[] {
  const slices = images.flatMap(({ sha256, isBlank }) => (isBlank ? [] : [sha256]));
  return [frameSha256, ...(pixelSha256 === undefined ? [] : [pixelSha256]), ...slices];
}

/** manifest.json of a snapshot folder. */
export const SnapshotManifest = z.object({
  format: z.literal('groundglass-snapshot'),
  version: z.literal(1),
  id: z.string(),
  hash: z.string(),
  createdAt: z.string(),
  recipe: DatasetRecipe,
  /** Name of the label definition. */
  target: z.string(),
  unit: Scope,
  /** Outputs of a network: classes, labels, or the name of a number. */
  classes: z.array(z.string()).min(1),
  positive: z.string().optional(),
  number: NumberScale.optional(),
  groundTruthRule: z.string(),
  preprocessing: Preprocessing,
  cases: z.array(ManifestCase),
  counts: CaseCounts,
  funnel: z.array(z.object({ stage: z.string(), cases: z.number(), patients: z.number() })),
  excluded: z.array(Excluded),
  findings: z.array(DataFinding),
  tensors: z.object({ file: z.literal('tensors.bin'), type: z.literal('uint16'), sha256: z.string() }),
});
export type SnapshotManifest = z.output<typeof SnapshotManifest>;

type HashedContent = Pick<
  SnapshotManifest,
  | 'target'
  | 'recipe'
  | 'unit'
  | 'classes'
  | 'positive'
  | 'number'
  | 'groundTruthRule'
  | 'preprocessing'
  | 'cases'
  | 'tensors'
>;

/**
 * The snapshot hash: SHA-256 over all that training can see, in canonical form. Dates, paths and label ids stay out, so
 * that the same images with the same answers give the same hash in every workspace; `checksums.json` guards the rest.
 */
export function snapshotHash(content: HashedContent, splits: SplitPlan): string {
  const { target, unit, classes, positive, number, groundTruthRule, preprocessing, tensors } = content;
  // Classification came first: its hashes say nothing of a task.
  const task = content.recipe.task === 'classification' ? undefined : content.recipe.task;
  const cases = content.cases.map(
    ({ caseId, patientId, linkedIds, className, targets, lesion, frameSha256, images }) => ({
      ...{ caseId, patientId, linkedIds, className, targets, lesion, frameSha256, images },
    }),
  );
  return sha256Hex(
    canonicalJson({
      target,
      task,
      unit,
      classes,
      positive,
      number,
      groundTruthRule,
      preprocessing,
      cases,
      splits,
      tensors,
    }),
  );
}
