import { z } from 'zod';
import { command, event, query } from './define.ts';
import {
  DataFinding,
  FrameNumber,
  ImageIdText,
  JobRef,
  None,
  Pixels,
  SeriesUid,
  SopUid,
  StudyUid,
  Uint8,
  Uint16,
} from './values.ts';

export const Rejected = z.object({ path: z.string(), code: z.string(), message: z.string() });
const Totals = z.object({ patients: z.number(), studies: z.number(), series: z.number(), instances: z.number() });

/** Result of an import job; the counts are what it added, `total` what the workspace holds now. */
export const ImportResult = Totals.extend({
  imported: z.number(),
  skipped: z.number(),
  rejected: z.array(Rejected),
  findings: z.array(DataFinding),
  total: Totals,
});
export type ImportResult = z.output<typeof ImportResult>;

export const LabelMark = z.object({
  definitionId: z.string(),
  name: z.string(),
  value: z.string(),
  colour: z.string(),
});

/** One series with its study and patient: the unit of the worklist. The page groups them. */
export const WorklistRow = z.object({
  patientId: z.string(),
  patientName: z.string(),
  patientSex: z.string().optional(),
  patientAge: z.string().optional(),
  studyInstanceUid: StudyUid,
  studyDate: z.string().optional(),
  studyDescription: z.string().optional(),
  seriesInstanceUid: SeriesUid,
  seriesNumber: z.number().optional(),
  seriesDescription: z.string().optional(),
  modality: z.string(),
  frames: z.number(),
  stacks: z.number(),
  rows: z.number().optional(),
  columns: z.number().optional(),
  hasImages: z.boolean(),
  /** Current class labels of the chosen reader on the study, the series or its images, one per definition. */
  labels: z.array(LabelMark),
  lesions: z.number(),
  findings: z.number(),
  isRemoved: z.boolean(),
  importedAt: z.string(),
});
export type WorklistRow = z.output<typeof WorklistRow>;

const Vector3 = z.tuple([z.number(), z.number(), z.number()]);

/** One frame of a stack in display order. `position` and `orientation` are patient LPS, mm. */
export const FrameRef = z.object({
  imageId: ImageIdText,
  sopInstanceUid: SopUid,
  frameNumber: FrameNumber,
  instanceNumber: z.number().optional(),
  position: Vector3.optional(),
  /** Row then column direction cosines (ImageOrientationPatient). */
  orientation: z.array(z.number()).length(6).optional(),
  /** Position along the stack normal, mm. */
  slicePositionMm: z.number().optional(),
  timeIndex: z.number().int().optional(),
  instanceHasDamage: z.boolean().optional(),
});
export type FrameRef = z.output<typeof FrameRef>;

/** Millimetres per pixel, row spacing first as in PixelSpacing; `source` decides how lengths may be named. */
export const PixelSpacing = z.object({
  rowMm: z.number(),
  columnMm: z.number(),
  source: z.enum(['PixelSpacing', 'ImagerPixelSpacing']),
});
export type PixelSpacing = z.output<typeof PixelSpacing>;

/** Frames of one series that belong together in space (and are sorted): what a viewport scrolls through. */
export const StackDetail = z.object({
  stackId: z.string(),
  title: z.string(),
  rows: z.number(),
  columns: z.number(),
  frames: z.array(FrameRef),
  positions: z.number(),
  framesPerPosition: z.number(),
  pixelSpacing: PixelSpacing.optional(),
  sliceSpacingMm: z.number().optional(),
  sliceThicknessMm: z.number().optional(),
  tiltDegrees: z.number().optional(),
  /** Row-major 4x4, (column, row, slice, 1) to patient LPS mm; absent where the header gives no geometry. */
  affine: z.array(z.number()).length(16).optional(),
  frameOfReferenceUid: z.string().optional(),
  laterality: z.string().optional(),
  viewPosition: z.string().optional(),
  /** PatientOrientation of projection images: row direction, column direction. */
  patientOrientation: z.array(z.string()).optional(),
  isLossy: z.boolean(),
});
export type StackDetail = z.output<typeof StackDetail>;

export const SeriesDetail = z.object({
  row: WorklistRow,
  stacks: z.array(StackDetail),
  findings: z.array(DataFinding),
  manufacturer: z.string().optional(),
  burnedInAnnotation: z.string().optional(),
});
export type SeriesDetail = z.output<typeof SeriesDetail>;

export const Window = z.object({ center: z.number(), width: z.number(), explanation: z.string().optional() });
const LutData = z.object({
  first: z.number(),
  bits: z.number(),
  data: Uint16,
});

/** Stored values of one frame with what is needed to show them. Colour is RGB, interleaved, 8 bit. */
export const FramePixels = z.object({
  rows: z.number(),
  columns: z.number(),
  samplesPerPixel: z.union([z.literal(1), z.literal(3)]),
  pixels: Pixels,
  minStored: z.number(),
  maxStored: z.number(),
  bitsStored: z.number(),
  isSigned: z.boolean(),
  /** MONOCHROME1: the lowest value is shown white. */
  invert: z.boolean(),
  rescaleSlope: z.number(),
  rescaleIntercept: z.number(),
  rescaleType: z.string().optional(),
  modalityLut: LutData.optional(),
  windows: z.array(Window),
  voiLutFunction: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']),
  voiLut: LutData.optional(),
  pixelPaddingValue: z.number().optional(),
  isLossy: z.boolean(),
});
export type FramePixels = z.output<typeof FramePixels>;

export const imageMethods = {
  /** Files, folders, zips on the core's machine; `metadata` is the CSV that PNG, JPEG and NIfTI need. Result: ImportResult. */
  'imports.start': command(
    z.object({ paths: z.array(z.string().min(1)), metadata: z.string().min(1).optional() }),
    JobRef,
  ),
  'imports.result': query(z.object({ jobId: z.string() }), ImportResult),
  'worklist.list': query(
    z.object({ readerId: z.string().optional(), includeRemoved: z.boolean().default(false) }),
    z.object({ rows: z.array(WorklistRow) }),
  ),
  'series.get': query(z.object({ seriesInstanceUid: SeriesUid, readerId: z.string().optional() }), SeriesDetail),
  /** Out of the worklist and of future snapshots; files, labels and history stay. */
  'series.remove': command(z.object({ seriesInstanceUid: SeriesUid, reason: z.string().min(1) }), None),
  'series.restore': command(z.object({ seriesInstanceUid: SeriesUid }), None),
  'frames.get': query(z.object({ sopInstanceUid: SopUid, frameNumber: FrameNumber }), FramePixels),
  /** 8-bit grey, windowed, longest side `size`; the middle frame. */
  'series.thumbnail': query(
    z.object({ seriesInstanceUid: SeriesUid, size: z.number().int().min(16).max(512).default(64) }),
    z.object({ rows: z.number(), columns: z.number(), pixels: Uint8 }),
  ),
  'findings.list': query(
    z.object({ seriesInstanceUid: SeriesUid.optional() }),
    z.object({ findings: z.array(DataFinding) }),
  ),
};

export const imageEvents = {
  /** Series were added, removed or restored. */
  'worklist.changed': event(None),
};
