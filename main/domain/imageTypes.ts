/**
 * What the imaging room hands to the store, the viewer and the dataset builder: facts read from files, never pixels
 * (except FrameImage). Plain JSON values apart from typed arrays.
 */
import type { Affine, Orientation, PatientPoint } from './geometry.ts';
import type { LookupTable, VoiLutFunction, VoiWindow } from './voiLut.ts';

export const imageFormats = ['dicom', 'png', 'jpeg', 'nifti'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** Oddities of the data: shown, stored and counted, never silently corrected. */
export const dataFindingCodes = [
  'missing-slice',
  'variable-spacing',
  'gantry-tilt',
  'duplicate-position',
  'irregular-positions',
  'mixed-sizes',
  'mixed-orientations',
  'no-position',
  'burned-in-risk',
  'lossy-compressed',
  'assumed-transfer-syntax',
  'no-preamble',
  'unsafe-preamble',
  'header-warning',
  'decoder-warning',
  'unsupported-pixels',
  'truncated-pixels',
  'invalid-rescale',
  'invalid-window',
  'no-patient-id',
  'derived-uid',
  'identical-pixels',
] as const;
export type DataFindingCode = (typeof dataFindingCodes)[number];

/** `message` is a plain sentence without patient data. */
export interface DataFinding {
  readonly code: DataFindingCode;
  readonly message: string;
  /** `warning` where a measurement or a model may go wrong because of it. */
  readonly severity: 'info' | 'warning';
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
}

export interface PatientFacts {
  readonly patientId: string;
  readonly patientName?: string;
  /** The second and third component groups of a name written in other scripts (PS3.5 section 6.2.1). */
  readonly ideographicName?: string;
  readonly phoneticName?: string;
  readonly sex?: string;
  /** YYYY-MM-DD */
  readonly birthDate?: string;
}

export interface StudyFacts {
  readonly studyInstanceUid: string;
  readonly patientId: string;
  /** YYYY-MM-DD */
  readonly studyDate?: string;
  readonly studyTime?: string;
  readonly description?: string;
  readonly accessionNumber?: string;
  /** At the time of the study, from PatientAge or the metadata row. */
  readonly patientAgeYears?: number;
}

export interface SeriesFacts {
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly modality: string;
  readonly seriesNumber?: number;
  readonly description?: string;
  readonly bodyPart?: string;
  readonly laterality?: string;
  readonly protocolName?: string;
  readonly frameOfReferenceUid?: string;
  readonly manufacturer?: string;
  readonly manufacturerModelName?: string;
}

/** How a presentation state wants some images to be shown (PS3.3 A.33.1). */
export interface PresentationState {
  readonly sopInstanceUid: string;
  readonly label?: string;
  readonly description?: string;
  readonly images: readonly ReferencedImage[];
  /** Each for the images it names, or for all. */
  readonly voi: readonly {
    readonly images: readonly ReferencedImage[];
    readonly windows: readonly VoiWindow[];
    readonly voiLutFunction: VoiLutFunction;
    readonly voiLuts: readonly LookupTable[];
  }[];
  readonly displayedAreas: readonly {
    readonly images: readonly ReferencedImage[];
    /** [column, row] from 1, as written. */
    readonly topLeft: readonly [number, number];
    readonly bottomRight: readonly [number, number];
    readonly sizeMode?: string;
    /** Screen pixels for one image pixel; only with size mode MAGNIFY. */
    readonly magnification?: number;
  }[];
  readonly graphics: readonly PresentationGraphic[];
  /** Planes of its own; those of the images stay as they are. */
  readonly overlays: readonly OverlayPlane[];
  /** Grey from 0 to 65535 behind the shutters; black where absent. */
  readonly shutterValue?: number;
  /** From VOI output to P-values, where it is a table and not a shape (PS3.3 C.11.6). */
  readonly presentationLut?: LookupTable;
  /** What it asks for that cannot be shown, in plain words. */
  readonly notShown: readonly string[];
  readonly shutters: readonly Shutter[];
  /** Clockwise, after the flip: 0, 90, 180 or 270. */
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  readonly isFlippedHorizontally: boolean;
  readonly isInverted: boolean;
  readonly rescaleSlope?: number;
  readonly rescaleIntercept?: number;
  readonly rescaleType?: string;
  readonly modalityLut?: LookupTable;
}

/** An annotation. Points are image pixels from 1 (PIXEL) or fractions of the displayed area (DISPLAY); PS3.3 C.10.5. */
export type PresentationGraphic = {
  readonly images: readonly ReferencedImage[];
  readonly units: 'PIXEL' | 'DISPLAY';
} & (
  | {
      readonly kind: 'point' | 'polyline' | 'interpolated' | 'circle' | 'ellipse';
      readonly points: readonly (readonly [column: number, row: number])[];
      readonly isFilled: boolean;
    }
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Where it stands: upper left corner of its box, else its anchor. */
      readonly at: readonly [column: number, row: number];
      /** What it is about, in the same units; a line leads there. */
      readonly anchor?: readonly [column: number, row: number];
    }
);

export interface ReferencedImage {
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid: string;
  /** All frames where empty. */
  readonly frameNumbers: readonly number[];
}

/** What lies outside is not to be seen; pixels count from 1, as written (PS3.3 C.7.6.11). */
export type Shutter =
  | {
      readonly shape: 'rectangular';
      readonly left: number;
      readonly right: number;
      readonly top: number;
      readonly bottom: number;
    }
  | { readonly shape: 'circular'; readonly row: number; readonly column: number; readonly radius: number }
  | { readonly shape: 'polygonal'; readonly vertices: readonly (readonly [row: number, column: number])[] };

/** What may differ from frame to frame; a single-frame instance has exactly one. Lengths in mm, times in ms. */
export interface FrameFacts {
  /** 1-based */
  readonly frameNumber: number;
  readonly position?: PatientPoint;
  readonly orientation?: Orientation;
  /** [between rows, between columns] in the patient. */
  readonly pixelSpacing?: readonly [number, number];
  readonly sliceThickness?: number;
  readonly spacingBetweenSlices?: number;
  readonly rescaleSlope?: number;
  readonly rescaleIntercept?: number;
  readonly rescaleType?: string;
  readonly windows?: readonly VoiWindow[];
  readonly voiLutFunction?: VoiLutFunction;
  readonly acquisitionNumber?: number;
  readonly temporalPosition?: number;
  readonly triggerTime?: number;
  readonly echoTime?: number;
  readonly bValue?: number;
  readonly stackId?: string;
  readonly inStackPosition?: number;
  readonly dimensionIndexValues?: readonly number[];
}

/** `integer` up to 32 bits; `float` and `double` are Float and Double Float Pixel Data, and float NIfTI. */
export type PixelKind = 'integer' | 'float' | 'double';

/** Known from the header alone; `damaged-pixels` are cut short. Each is also the error code of an attempt to decode. */
export type PixelProblem = 'unsupported-transfer-syntax' | 'unsupported-pixel-format' | 'damaged-pixels';

/** A part of an ultrasound picture with its own scale (PS3.3 C.8.5.5); edges in pixels from 0, both inclusive. */
export interface UltrasoundRegion {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Tissue picture, M-mode trace, Doppler spectrum, or something else. */
  readonly kind: 'tissue' | 'm-mode' | 'spectrum' | 'other';
  /** [between rows, between columns] mm; absent where an axis is not a length. */
  readonly pixelSpacing?: readonly [number, number];
}

export interface InstanceFacts {
  readonly sopInstanceUid: string;
  readonly sopClassUid?: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly format: ImageFormat;
  /** Where the bytes are: a file path, or `archive.zip!/inner/path`. */
  readonly address: string;
  readonly sizeBytes: number;
  /** When the file, or the archive it lies in, was written last, as it was read; whole ms. */
  readonly modifiedMs?: number;
  /** '' until the whole file has been read. */
  readonly fileSha256: string;
  /** Of the pixel data element's value, frames in file order; equal for images that differ in their headers only. */
  readonly pixelSha256?: string;
  readonly transferSyntaxUid?: string;
  readonly instanceNumber?: number;
  readonly imageType?: readonly string[];
  readonly acquisitionDateTime?: string;
  /** Why the pixels, although there are some, cannot be shown; absent where nothing speaks against it. */
  readonly pixelProblem?: PixelProblem;
  /** False for SR, PR and other objects without pixels: they are listed, not shown. */
  readonly hasPixels: boolean;
  readonly rows?: number;
  readonly columns?: number;
  readonly frameCount: number;
  readonly samplesPerPixel?: number;
  readonly photometricInterpretation?: string;
  readonly pixelKind?: PixelKind;
  readonly bitsAllocated?: number;
  readonly bitsStored?: number;
  readonly isSigned?: boolean;
  readonly isLossy: boolean;
  readonly hasModalityLut?: boolean;
  readonly hasVoiLut?: boolean;
  /** At the detector, not in the patient: [between rows, between columns] mm. */
  readonly imagerPixelSpacing?: readonly [number, number];
  readonly pixelSpacingCalibrationType?: string;
  readonly gantryDetectorTilt?: number;
  readonly imageLaterality?: string;
  readonly viewPosition?: string;
  readonly patientOrientation?: readonly string[];
  readonly patientPosition?: string;
  readonly burnedInAnnotation?: string;
  /** ms between frames of a cine, from FrameTime, CineRate or RecommendedDisplayFrameRate. */
  readonly frameTime?: number;
  /** As the header states them, one per compression step. */
  readonly lossyCompressionRatios?: readonly number[];
  /** Height : width of a pixel that has no spacing in mm. */
  readonly pixelAspectRatio?: readonly [vertical: number, horizontal: number];
  readonly ultrasoundRegions?: readonly UltrasoundRegion[];
  /** SUV by body weight per modality unit; PET only. */
  readonly suvFactor?: number;
  /** One per frame, in file order; empty without pixels. */
  readonly frames: readonly FrameFacts[];
  /** Further columns of the metadata CSV. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Everything an import stores about one file. */
export interface IndexedFile {
  readonly patient: PatientFacts;
  readonly study: StudyFacts;
  readonly series: SeriesFacts;
  readonly instance: InstanceFacts;
  readonly findings: readonly DataFinding[];
}

/** An even grid over slices at uneven distances. */
export interface EvenGrid {
  /** (column, row, slice of the grid) -> patient LPS mm */
  readonly affine: Affine;
  readonly slices: number;
  /** Where the acquired slices lie, in slices of the grid: ascending, from 0 to `slices` - 1. */
  readonly sliceAt: readonly number[];
}

/** One frame of a stack. */
export interface StackFrame {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
  /** Origin along the stack's normal, mm. */
  readonly positionMm?: number;
}

/** Frames of one series that belong on top of each other, in display order. */
export interface Stack {
  /** `<SeriesInstanceUID>#<n>`, n from 0 in a fixed order. */
  readonly stackId: string;
  readonly seriesInstanceUid: string;
  readonly frames: readonly StackFrame[];
  /** [frames, rows, columns] */
  readonly shape: readonly [frames: number, rows: number, columns: number];
  /** [between positions, between rows, between columns]; null where unknown or, between positions, not constant. */
  readonly spacingMm: readonly [slice: number | null, row: number | null, column: number | null];
  /** (column, row, position index) -> patient LPS mm; null where the frames do not form a regular grid. */
  readonly affine: Affine | null;
  /** Where parallel slices lie at uneven distances and none is missing: an even grid over them. */
  readonly evenGrid?: EvenGrid;
  /** Angle between the line through the frame origins and the frames' normal. */
  readonly tiltDegrees: number;
  /** Distinct positions; 0 where the frames have none. */
  readonly positions: number;
  /** Frames at each position (time points, echoes...); null where the positions differ in that. */
  readonly framesPerPosition: number | null;
  readonly orientation?: Orientation;
  readonly findings: readonly DataFinding[];
}

export type StoredPixels =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** numpy-style name of a stored-value array. */
export type PixelDtype = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

/** A graphic or region drawn over an image (PS3.3 C.9.2); one value, 0 or 1, per pixel of the plane, row-major. */
export interface OverlayPlane {
  /** 0x6000, 0x6002... */
  readonly group: number;
  readonly rows: number;
  readonly columns: number;
  /** Of the plane's first pixel in the image, from 0; may be negative. */
  readonly top: number;
  readonly left: number;
  readonly kind: 'graphic' | 'region';
  readonly label?: string;
  readonly bits: Uint8Array;
}

/**
 * One frame ready for display or preprocessing. `pixels` are row-major, samples of a pixel side by side: stored values
 * for grey images (bits above BitsStored removed), RGB 0..255 for colour, palette and YBR images.
 */
export interface FrameImage {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: 1 | 3;
  readonly pixels: StoredPixels;
  readonly isColor: boolean;
  readonly bitsStored: number;
  readonly isSigned: boolean;
  readonly photometricInterpretation: string;
  /** MONOCHROME1 or PresentationLUTShape INVERSE: the lowest value is to be shown white. Pixels are not inverted. */
  readonly isInverted: boolean;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  readonly rescaleType?: string;
  readonly modalityLut?: LookupTable;
  /** From the header, in modality units; may be empty. */
  readonly windows: readonly VoiWindow[];
  readonly voiLutFunction: VoiLutFunction;
  readonly voiLuts: readonly LookupTable[];
  /** What to show first (`pixels/defaultWindow.ts`), in modality units; not meant where there is a VOI LUT and no window. */
  readonly windowCenter: number;
  readonly windowWidth: number;
  /** `header` is the header's first window; `percentiles` replaces an absent or unusable one; `range` shows all values. */
  readonly windowSource: 'header' | 'percentiles' | 'range';
  /** What modality values count: `HU`, `Bq/ml`, `counts`; absent where the header does not say. */
  readonly valueUnit?: string;
  /** Of `pixels`, padding left out where the header names it. */
  readonly minStored: number;
  readonly maxStored: number;
  readonly pixelPaddingValue?: number;
  readonly pixelPaddingRangeLimit?: number;
  readonly pixelSpacing?: readonly [number, number];
  readonly imagerPixelSpacing?: readonly [number, number];
  readonly position?: PatientPoint;
  readonly orientation?: Orientation;
  readonly frameOfReferenceUid?: string;
  /** Planes of groups 60xx; absent where there are none. */
  readonly overlays?: readonly OverlayPlane[];
  /** Height : width of a pixel; absent where it has a spacing. */
  readonly pixelAspectRatio?: readonly [vertical: number, horizontal: number];
  readonly ultrasoundRegions?: readonly UltrasoundRegion[];
  /** SUV by body weight per modality unit; PET only. */
  readonly suvFactor?: number;
  /** Why there is no SUV factor, in words; PET only. */
  readonly suvProblem?: string;
  /** What the codec complained about; such images are marked and left out of training by default. */
  readonly warnings: readonly string[];
}
