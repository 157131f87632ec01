import { z } from 'zod';
import { command, event, query } from './define.ts';
import { FrameNumber, Id, JobRef, None, SeriesUid, SopUid, StudyUid, Timestamp } from './values.ts';

export const Scope = z.enum(['study', 'series', 'image', 'lesion']);
export type Scope = z.output<typeof Scope>;

/** Points are [column, row] with pixel centres at integers, or [x, y, z] mm LPS when `space` is 'patient'. */
export const Geometry = z.object({
  type: z.enum(['ellipse', 'rectangle', 'polygon', 'bidirectional', 'length']),
  space: z.enum(['image', 'patient']).default('image'),
  /**
   * ellipse, rectangle: two opposite corners of the upright bounding box · polygon: the vertices in order ·
   * length: its two ends · bidirectional: ends of the long, then of the short axis.
   */
  points: z.array(z.array(z.number()).min(2).max(3)).min(2).max(10_000),
  frame: FrameNumber.default(1),
});
export type Geometry = z.output<typeof Geometry>;

export const LabelValue = z.object({
  value: z.string().min(1).max(100),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i),
  key: z.string().max(1).optional(),
});

/** The unit of answers that are numbers, and between which two they lie. */
export const NumberScale = z.object({
  /** As people write it: mm, mL, months; empty for a score. */
  unit: z.string().trim().max(20),
  minimum: z.number(),
  maximum: z.number(),
});
export type NumberScale = z.output<typeof NumberScale>;

/**
 * A question the readers answer: with one of `values`, or with a number. Values are ordered; the last is positive unless
 * `positiveValue` says otherwise.
 */
export const LabelDefinition = z.object({
  id: Id,
  name: z.string().min(1).max(100),
  scope: Scope,
  /** Empty where the answer is a number. */
  values: z.array(LabelValue),
  /** Answers are numbers on this scale, kept as text. */
  number: NumberScale.optional(),
  positiveValue: z.string().optional(),
  /** Modalities (0008,0060) of the series that it is asked about; empty: any. Answers elsewhere are kept, not asked for. */
  modalities: z.array(z.string().min(1).max(16)).max(50).default([]),
  isRetired: z.boolean().default(false),
});
export type LabelDefinition = z.output<typeof LabelDefinition>;

/** Whether the question is asked about a series of this modality. */
export const isAskedAbout = ({ modalities }: Pick<LabelDefinition, 'modalities'>, modality: string): boolean =>
  modalities.length === 0 || modalities.includes(modality);

export const Reader = z.object({ id: Id, name: z.string().min(1).max(100) });
export type Reader = z.output<typeof Reader>;

/** What a label is about. Image and lesion labels name the frame. */
export const LabelTarget = z.object({
  studyInstanceUid: StudyUid,
  seriesInstanceUid: SeriesUid.optional(),
  sopInstanceUid: SopUid.optional(),
  frameNumber: FrameNumber.optional(),
});
export type LabelTarget = z.output<typeof LabelTarget>;

/** The latest revision of one reader's assertion. Earlier revisions are never changed. */
export const Label = z.object({
  id: Id,
  revision: z.number().int().positive(),
  definitionId: Id,
  readerId: Id,
  readerName: z.string(),
  scope: Scope,
  target: LabelTarget,
  value: z.string(),
  geometry: Geometry.optional(),
  isRetracted: z.boolean(),
  createdAt: Timestamp,
});
export type Label = z.output<typeof Label>;

export const LabelsImportResult = z.object({
  rows: z.number(),
  added: z.number(),
  revised: z.number(),
  unchanged: z.number(),
  rejected: z.array(z.object({ row: z.number(), code: z.string(), message: z.string() })),
});
export type LabelsImportResult = z.output<typeof LabelsImportResult>;

export const labelMethods = {
  'readers.list': query(None, z.object({ readers: z.array(Reader) })),
  'readers.create': command(z.object({ name: z.string().trim().min(1).max(100) }), Reader),
  'definitions.list': query(None, z.object({ definitions: z.array(LabelDefinition) })),
  /** Creates without `id`, else changes colours, keys and adds values; a value in use cannot be taken away. */
  'definitions.save': command(LabelDefinition.partial({ id: true }), LabelDefinition),
  /** Current labels that concern a series: on its study, on itself, its images and lesions; all readers. */
  'labels.list': query(z.object({ seriesInstanceUid: SeriesUid }), z.object({ labels: z.array(Label) })),
  /**
   * Answers when COMMIT has returned: only then may a saved mark be shown. Without `labelId` a study, series or image
   * answer revises the reader's existing answer to the same question on the same target; a lesion is always new.
   * `expectedRevision` guards against overwriting a newer revision (`stale-revision`).
   */
  'labels.save': command(
    z.object({
      labelId: Id.optional(),
      expectedRevision: z.number().int().positive().optional(),
      definitionId: Id,
      readerId: Id,
      target: LabelTarget,
      value: z.string().min(1),
      geometry: Geometry.optional(),
      reason: z.string().max(200).optional(),
    }),
    Label,
  ),
  /** Writes a revision that takes the label back (delete, or undo of its creation); nothing is erased. */
  'labels.retract': command(
    z.object({ labelId: Id, expectedRevision: z.number().int().positive().optional(), readerId: Id }),
    Label,
  ),
  'labels.history': query(z.object({ labelId: Id }), z.object({ revisions: z.array(Label) })),
  /** CSV file on the core's machine. Result: LabelsImportResult. */
  'labels.import': command(z.object({ path: z.string(), positive: z.string().optional() }), JobRef),
  'labels.export': command(
    z.object({ format: z.enum(['csv']), out: z.string() }),
    z.object({ files: z.array(z.string()), rows: z.number() }),
  ),
};

export const labelEvents = {
  'labels.changed': event(z.object({ seriesInstanceUids: z.array(SeriesUid) })),
  'definitions.changed': event(None),
};
