import type { FramePixels } from '../../main/contract/images.ts';
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
  /** MONOCHROME1: low values are white. */
  readonly isInverted: boolean;
  readonly windows: readonly VoiWindow[];
  readonly voiLutFunction: VoiLutFunction;
  readonly voiTable: LookupTable | undefined;
  /** All modality values but padding. */
  readonly fullRange: VoiWindow;
  readonly isLossy: boolean;
}

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
    unit: frame.rescaleType && frame.rescaleType !== 'US' ? frame.rescaleType : undefined,
    isInverted: frame.invert,
    windows: isColour ? [] : frame.windows.map(({ center, width }) => ({ center, width })),
    voiLutFunction: frame.voiLutFunction,
    voiTable: frame.voiLut && !isColour ? tableOf(frame.voiLut) : undefined,
    fullRange: isColour ? { center: 128, width: 256 } : rangeOf(frame, grey),
    isLossy: frame.isLossy,
  };
}

const tableOf = (lut: { first: number; bits: number; data: Uint16Array }): LookupTable => ({
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

/** What to show first: the header's first window, else its VOI table (undefined), else all values. */
export const firstWindow = (image: DisplayImage): VoiWindow | undefined =>
  image.windows[0] ?? (image.voiTable ? undefined : image.fullRange);

/**
 * Grey level 0..255 for every pixel value, at index value - min(minimum, 0). `window` undefined: the image's own VOI
 * table. `isInverted` is the net inversion, MONOCHROME1 and the person's wish together.
 */
export function greyTable(image: DisplayImage, window: VoiWindow | undefined, isInverted: boolean): Uint8ClampedArray {
  const offset = Math.min(image.minimum, 0);
  const table = new Uint8ClampedArray(image.maximum - offset + 1);
  const voiTable = window ? undefined : image.voiTable;
  const shown = window ?? image.fullRange;
  for (let pixel = image.minimum; pixel <= image.maximum; pixel++) {
    const value = image.slope * pixel + image.intercept;
    const grey = voiTable ? applyVoiTable(voiTable, value) : applyWindow(value, shown, image.voiLutFunction);
    table[pixel - offset] = isInverted ? 255 - grey : grey;
  }
  return table;
}

/** Modality value of a pixel; undefined outside the image and for colour. */
export function valueAt(image: DisplayImage, column: number, row: number): number | undefined {
  if (image.isColour || column < 0 || row < 0 || column >= image.columns || row >= image.rows) return undefined;
  const pixel = image.pixels[row * image.columns + column];
  return pixel === undefined ? undefined : image.slope * pixel + image.intercept;
}
