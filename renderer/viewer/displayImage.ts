import type { FramePixels, OverlayPlane } from '../../main/contract/images.ts';
import {
  applyVoiTable,
  applyWindow,
  fullRangeWindow,
  type LookupTable,
  lookUp,
  type VoiLutFunction,
  type VoiWindow,
} from '../../main/domain/voiLut.ts';

/** One frame ready to be painted: integers of at most 16 bits and the line that makes modality values of them. */
export interface DisplayImage {
  readonly imageId: string;
  readonly rows: number;
  readonly columns: number;
  readonly isColour: boolean;
  /** Grey: one value a pixel, row-major. Colour: RGBA. */
  readonly pixels: Uint8Array | Uint16Array | Int16Array;
  /** Really occurring in `pixels`, padding included: cornerstone's tables are made from them. */
  readonly minimum: number;
  readonly maximum: number;
  /** modality value = slope * pixel + intercept */
  readonly slope: number;
  readonly intercept: number;
  /** `HU` and the like, only where the header says so. */
  readonly unit: string | undefined;
  /** PET: SUV by body weight per modality unit, or why there is none. */
  readonly suv: FramePixels['suv'];
  /** Pixels that stand for nothing, from and to; not measured. */
  readonly padding: readonly [from: number, to: number] | undefined;
  /** MONOCHROME1: low values are white. */
  readonly isInverted: boolean;
  readonly windows: readonly VoiWindow[];
  readonly voiLutFunction: VoiLutFunction;
  readonly voiTable: LookupTable | undefined;
  /** All modality values but padding. */
  readonly fullRange: VoiWindow;
  /** What to open with, and where it comes from; the VOI table goes first where the header has no window. */
  readonly startWindow: VoiWindow;
  readonly windowSource: FramePixels['defaultWindow']['source'];
  /** From VOI output to grey, of a presentation state. */
  readonly presentationTable: LookupTable | undefined;
  readonly isLossy: boolean;
  readonly lossyRatios: readonly number[];
  readonly overlays: readonly OverlayPlane[];
  /** What the decoder complained about. */
  readonly damage: readonly string[];
}

/** What an image has that is no acquired frame. */
export const noFrameFacts = {
  suv: undefined,
  padding: undefined,
  windowSource: 'range',
  presentationTable: undefined,
  isLossy: false,
  lossyRatios: [],
  overlays: [],
  damage: [],
} as const satisfies Partial<DisplayImage>;

type GreyPixels = Pick<DisplayImage, 'pixels' | 'minimum' | 'maximum' | 'slope' | 'intercept'>;

const largestRange = 0xffff;

/** What the core sends, made paintable. Modality LUT sequences are applied here, so that all else is a straight line. */
export function toDisplayImage(imageId: string, frame: FramePixels): DisplayImage {
  const isColour = frame.samplesPerPixel === 3;
  const grey = isColour ? colourPixels(frame) : frame.modalityLut ? throughModalityTable(frame) : greyPixels(frame);
  return {
    imageId,
    rows: frame.rows,
    columns: frame.columns,
    isColour,
    ...grey,
    unit: frame.valueUnit,
    suv: frame.suv,
    padding: paddingOf(frame, grey),
    isInverted: frame.invert,
    windows: isColour
      ? []
      : frame.windows.map(({ center, width, explanation }) => ({
          center,
          width,
          ...(explanation ? { explanation } : {}),
        })),
    voiLutFunction: frame.voiLutFunction,
    voiTable: frame.voiLut && !isColour ? tableOf(frame.voiLut) : undefined,
    fullRange: isColour ? { center: 128, width: 256 } : rangeOf(frame, grey),
    startWindow: isColour
      ? { center: 128, width: 256 }
      : { center: frame.defaultWindow.center, width: frame.defaultWindow.width },
    windowSource: frame.defaultWindow.source,
    presentationTable: undefined,
    isLossy: frame.isLossy,
    lossyRatios: frame.lossyRatios,
    overlays: frame.overlays,
    damage: frame.damage,
  };
}

/** Only where the stored values are shown as they are. */
function paddingOf(frame: FramePixels, grey: GreyPixels): DisplayImage['padding'] {
  const { pixelPaddingValue: value, pixelPaddingRangeLimit: limit = value } = frame;
  if (value === undefined || limit === undefined || grey.pixels !== frame.pixels) return undefined;
  return [Math.min(value, limit), Math.max(value, limit)];
}

export const tableOf = (lut: { first: number; bits: number; data: Uint16Array }): LookupTable => ({
  firstMapped: lut.first,
  bits: lut.bits,
  data: lut.data,
});

function rangeOf(frame: FramePixels, grey: GreyPixels): VoiWindow {
  if (frame.modalityLut) return fullRangeWindow(grey.minimum, grey.maximum);
  const ends = [frame.minStored, frame.maxStored].map((value) => value * frame.rescaleSlope + frame.rescaleIntercept);
  const [low = 0, high = 0] = ends.sort((a, b) => a - b);
  const isFloat = frame.pixels instanceof Float32Array || frame.pixels instanceof Float64Array;
  // A float image of range 0..1 must not get the integer window's extra 1.
  return isFloat
    ? { center: (low + high) / 2, width: Math.max(high - low, Number.MIN_VALUE) }
    : fullRangeWindow(low, high);
}

function colourPixels(frame: FramePixels): GreyPixels {
  const count = frame.rows * frame.columns;
  const pixels = new Uint8Array(count * 4);
  for (let i = 0; i < count; i++) {
    pixels[i * 4] = frame.pixels[i * 3] ?? 0;
    pixels[i * 4 + 1] = frame.pixels[i * 3 + 1] ?? 0;
    pixels[i * 4 + 2] = frame.pixels[i * 3 + 2] ?? 0;
    pixels[i * 4 + 3] = 255;
  }
  return { pixels, minimum: 0, maximum: 255, slope: 1, intercept: 0 };
}

function throughModalityTable(frame: FramePixels): GreyPixels {
  const table = frame.modalityLut;
  if (!table) throw new Error('frame has no modality table');
  const mapped = tableOf(table);
  const pixels = Uint16Array.from(frame.pixels, (value) => lookUp(mapped, value));
  return { pixels, ...extremes(pixels), slope: 1, intercept: 0 };
}

/** Lowest and highest finite value. */
export function extremes(pixels: ArrayLike<number>): { minimum: number; maximum: number } {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i] ?? 0;
    if (value < minimum && value !== Number.NEGATIVE_INFINITY) minimum = value;
    if (value > maximum && value !== Number.POSITIVE_INFINITY) maximum = value;
  }
  return minimum <= maximum ? { minimum, maximum } : { minimum: 0, maximum: 0 };
}

/** Cornerstone paints Uint8, Uint16 and Int16 only; the rest is shifted or quantised to 16 bits with the fitting line. */
function greyPixels(frame: FramePixels): GreyPixels {
  const { pixels, rescaleSlope: slope, rescaleIntercept: intercept } = frame;
  if (pixels instanceof Uint8Array || pixels instanceof Uint16Array || pixels instanceof Int16Array)
    return { pixels, ...extremes(pixels), slope, intercept };
  const { minimum, maximum } = extremes(pixels);
  const isInteger = !(pixels instanceof Float32Array || pixels instanceof Float64Array);
  const step = isInteger && maximum - minimum <= largestRange ? 1 : (maximum - minimum) / largestRange || 1;
  // Not-a-number pixels show as the lowest value.
  const quantised = Uint16Array.from(pixels, (value) =>
    value > minimum ? Math.min(largestRange, Math.round((value - minimum) / step)) : 0,
  );
  return {
    pixels: quantised,
    ...extremes(quantised),
    slope: slope * step,
    intercept: intercept + slope * minimum,
  };
}

/** What to show first: the header's VOI table (undefined) where it has that and no window, else the start window. */
export const firstWindow = (image: DisplayImage): VoiWindow | undefined =>
  image.voiTable && image.windows.length === 0 ? undefined : image.startWindow;

/**
 * Grey level 0..255 for every pixel value, at index value - min(minimum, 0). `window` undefined: the image's own VOI
 * table. `isInverted` is the net inversion, MONOCHROME1 and the person's wish together.
 */
export function greyTable(image: DisplayImage, window: VoiWindow | undefined, isInverted: boolean): Uint8ClampedArray {
  const offset = Math.min(image.minimum, 0);
  const table = new Uint8ClampedArray(image.maximum - offset + 1);
  const voiTable = window ? undefined : image.voiTable;
  const shown = window ?? image.fullRange;
  const last = image.presentationTable;
  for (let pixel = image.minimum; pixel <= image.maximum; pixel++) {
    const value = image.slope * pixel + image.intercept;
    const grey = last
      ? throughLast(last, voiTable, value, shown, image.voiLutFunction)
      : voiTable
        ? applyVoiTable(voiTable, value)
        : applyWindow(value, shown, image.voiLutFunction);
    table[pixel - offset] = isInverted ? 255 - grey : grey;
  }
  return table;
}

/** The presentation LUT takes the VOI output scaled to its own input range (PS3.3 C.11.6.1). */
function throughLast(
  table: LookupTable,
  voiTable: LookupTable | undefined,
  value: number,
  window: VoiWindow,
  voiLutFunction: VoiLutFunction,
): number {
  const [low, high] = [table.firstMapped, table.firstMapped + table.data.length - 1];
  const input = voiTable
    ? applyVoiTable(voiTable, value, low, high)
    : applyWindow(value, window, voiLutFunction, low, high);
  return applyVoiTable(table, input);
}

/** Modality value of a pixel; undefined outside the image, for padding and for colour. */
export function valueAt(image: DisplayImage, column: number, row: number): number | undefined {
  if (image.isColour || column < 0 || row < 0 || column >= image.columns || row >= image.rows) return undefined;
  const pixel = image.pixels[row * image.columns + column];
  if (pixel === undefined || (image.padding && pixel >= image.padding[0] && pixel <= image.padding[1]))
    return undefined;
  return image.slope * pixel + image.intercept;
}
