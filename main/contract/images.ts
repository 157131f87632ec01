import { z } from 'zod';
import { command, event, query } from './define.ts';
import {
  DataFinding,
  FrameNumber,
  ImageIdText,
  None,
  Pixels,
  SeriesUid,
  SopUid,
  StudyUid,
  Uint8,
  Uint16,
} from './values.ts';

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

/** A part of an ultrasound picture with its own scale; edges in pixels from 0, both inclusive. */
export const UltrasoundRegion = z.object({
  left: z.number(),
  top: z.number(),
  right: z.number(),
  bottom: z.number(),
  kind: z.enum(['tissue', 'm-mode', 'spectrum', 'other']),
  /** [between rows, between columns] mm; absent where an axis is not a length. */
  pixelSpacing: z.tuple([z.number(), z.number()]).optional(),
});
export type UltrasoundRegion = z.output<typeof UltrasoundRegion>;

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
  triggerTimeMs: z.number().optional(),
  echoTimeMs: z.number().optional(),
  bValue: z.number().optional(),
  ultrasoundRegions: z.array(UltrasoundRegion).optional(),
});
export type FrameRef = z.output<typeof FrameRef>;

/** Millimetres per pixel, row spacing first as in PixelSpacing; `source` decides how lengths may be named. */
export const PixelSpacing = z.object({
  rowMm: z.number(),
  columnMm: z.number(),
  source: z.enum(['PixelSpacing', 'ImagerPixelSpacing']),
});
export type PixelSpacing = z.output<typeof PixelSpacing>;

/** Frames of a stack that belong to one time, echo or b-value; each position once where the acquisition is complete. */
export const StackPart = z.object({
  partId: z.string(),
  /** `b 1000 · time 2 of 5` */
  title: z.string(),
  /** Indices into the stack's frames, ascending. */
  frames: z.array(z.number().int()),
});
export type StackPart = z.output<typeof StackPart>;

export const EvenGrid = z.object({
  /** Row-major 4x4, (column, row, slice of the grid, 1) to patient LPS mm. */
  affine: z.array(z.number()).length(16),
  slices: z.number().int(),
  /** Where the acquired slices lie, in slices of the grid: ascending, from 0 to `slices` - 1. */
  sliceAt: z.array(z.number()),
});
export type EvenGrid = z.output<typeof EvenGrid>;

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
  /** In place of `affine` where parallel slices lie at uneven distances and none is missing: an even grid over them. */
  evenGrid: EvenGrid.optional(),
  frameOfReferenceUid: z.string().optional(),
  laterality: z.string().optional(),
  viewPosition: z.string().optional(),
  /** PatientOrientation of projection images: row direction, column direction. */
  patientOrientation: z.array(z.string()).optional(),
  isLossy: z.boolean(),
  /** Where positions hold several images: what they can be split into; else empty. */
  parts: z.array(StackPart),
  /** ms between frames as the header gives it for cine. */
  frameTimeMs: z.number().optional(),
  /** Height : width of a pixel; only without `pixelSpacing`. */
  pixelAspectRatio: z.tuple([z.number(), z.number()]).optional(),
});
export type StackDetail = z.output<typeof StackDetail>;

export const SeriesDetail = z.object({
  row: WorklistRow,
  stacks: z.array(StackDetail),
  findings: z.array(DataFinding),
  manufacturer: z.string().optional(),
  burnedInAnnotation: z.string().optional(),
  ideographicName: z.string().optional(),
  phoneticName: z.string().optional(),
});
export type SeriesDetail = z.output<typeof SeriesDetail>;

export const Window = z.object({ center: z.number(), width: z.number(), explanation: z.string().optional() });
const LutData = z.object({
  first: z.number(),
  bits: z.number(),
  data: Uint16,
});

export const OverlayPlane = z.object({
  group: z.number(),
  rows: z.number(),
  columns: z.number(),
  /** Of the plane's first pixel in the image, from 0; may be negative. */
  top: z.number(),
  left: z.number(),
  kind: z.enum(['graphic', 'region']),
  label: z.string().optional(),
  /** 0 or 1 per pixel, row-major. */
  bits: Uint8,
});
export type OverlayPlane = z.output<typeof OverlayPlane>;

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
  pixelPaddingRangeLimit: z.number().optional(),
  isLossy: z.boolean(),
  /** Compression ratios as the header states them, one a step. */
  lossyRatios: z.array(z.number()),
  /** What to open with: the header's first window, or why and by what it is replaced (docs/viewer.md). */
  defaultWindow: Window.extend({ source: z.enum(['header', 'percentiles', 'range']) }),
  /** `HU`, `Bq/ml`, `counts`; absent where the header does not say. */
  valueUnit: z.string().optional(),
  /** PET: SUV by body weight per modality unit, or in words why there is none. */
  suv: z.union([z.object({ factor: z.number() }), z.object({ problem: z.string() })]).optional(),
  overlays: z.array(OverlayPlane),
  /** What the decoder complained about: such pixels are marked and left out of training. */
  damage: z.array(z.string()),
});
export type FramePixels = z.output<typeof FramePixels>;

const ReferencedImages = z.array(
  z.object({ seriesInstanceUid: z.string().optional(), sopInstanceUid: z.string(), frameNumbers: z.array(z.number()) }),
);
const Point = z.tuple([z.number(), z.number()]);
const graphicBase = { images: ReferencedImages, units: z.enum(['PIXEL', 'DISPLAY']) };

/** An annotation; points are image pixels from 1 (PIXEL) or fractions of the displayed area (DISPLAY). */
export const PresentationGraphic = z.discriminatedUnion('kind', [
  z.object({
    ...graphicBase,
    kind: z.enum(['point', 'polyline', 'interpolated', 'circle', 'ellipse']),
    points: z.array(Point),
    isFilled: z.boolean(),
  }),
  z.object({ ...graphicBase, kind: z.literal('text'), text: z.string(), at: Point, anchor: Point.optional() }),
]);
export type PresentationGraphic = z.output<typeof PresentationGraphic>;

/** What lies outside is not to be seen; pixels count from 1. */
export const Shutter = z.discriminatedUnion('shape', [
  z.object({
    shape: z.literal('rectangular'),
    left: z.number(),
    right: z.number(),
    top: z.number(),
    bottom: z.number(),
  }),
  z.object({ shape: z.literal('circular'), row: z.number(), column: z.number(), radius: z.number() }),
  /** [row, column] */
  z.object({ shape: z.literal('polygonal'), vertices: z.array(Point) }),
]);
export type Shutter = z.output<typeof Shutter>;

/** How a presentation state wants images to be shown (PS3.3 A.33.1). Empty `images` lists mean all of its images. */
export const PresentationState = z.object({
  sopInstanceUid: z.string(),
  label: z.string().optional(),
  description: z.string().optional(),
  images: ReferencedImages,
  voi: z.array(
    z.object({
      images: ReferencedImages,
      windows: z.array(Window),
      voiLutFunction: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']),
      voiLuts: z.array(LutData),
    }),
  ),
  displayedAreas: z.array(
    z.object({
      images: ReferencedImages,
      /** [column, row] from 1 */
      topLeft: Point,
      bottomRight: Point,
      sizeMode: z.string().optional(),
      magnification: z.number().optional(),
    }),
  ),
  shutters: z.array(Shutter),
  shutterValue: z.number().optional(),
  graphics: z.array(PresentationGraphic),
  overlays: z.array(OverlayPlane),
  /** Clockwise, after the flip. */
  rotationDegrees: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  isFlippedHorizontally: z.boolean(),
  /** In place of MONOCHROME1 of the image (PS3.3 C.11.6). */
  isInverted: z.boolean(),
  presentationLut: LutData.optional(),
  rescaleSlope: z.number().optional(),
  rescaleIntercept: z.number().optional(),
  rescaleType: z.string().optional(),
  modalityLut: LutData.optional(),
  /** What it asks for that cannot be shown, in words. */
  notShown: z.array(z.string()),
});
export type PresentationState = z.output<typeof PresentationState>;

export const imageMethods = {
  'worklist.list': query(
    z.object({ readerId: z.string().optional(), includeRemoved: z.boolean().default(false) }),
    z.object({ rows: z.array(WorklistRow) }),
  ),
  'series.get': query(z.object({ seriesInstanceUid: SeriesUid, readerId: z.string().optional() }), SeriesDetail),
  /** Out of the worklist and of future snapshots; files, labels and history stay. */
  'series.remove': command(z.object({ seriesInstanceUid: SeriesUid, reason: z.string().min(1) }), None),
  'series.restore': command(z.object({ seriesInstanceUid: SeriesUid }), None),
  'frames.get': query(z.object({ sopInstanceUid: SopUid, frameNumber: FrameNumber }), FramePixels),
  /** The presentation states of the patient that are about images of the series. */
  'presentations.list': query(
    z.object({ seriesInstanceUid: SeriesUid }),
    z.object({ states: z.array(PresentationState), unreadable: z.number().int() }),
  ),
  /** 8-bit grey, windowed, longest side `size`; the middle frame. */
  'series.thumbnail': query(
    z.object({ seriesInstanceUid: SeriesUid, size: z.number().int().min(16).max(512).default(64) }),
    z.object({ rows: z.number(), columns: z.number(), pixels: Uint8 }),
  ),
  /** The image that the workspace knows a file as, by the SHA-256 of its bytes; absent where it knows none, or several. */
  'images.identify': query(
    z.object({ fileSha256: z.hash('sha256'), address: z.string() }),
    z.object({ image: z.object({ sopInstanceUid: SopUid, patientId: z.string() }).optional() }),
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
