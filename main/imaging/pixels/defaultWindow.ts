import type { StoredPixels } from '../../domain/imageTypes.ts';
import {
  applyWindow,
  fullRangeWindow,
  type LookupTable,
  lookUp,
  type VoiLutFunction,
  type VoiWindow,
} from '../../domain/voiLut.ts';

export interface WindowInput {
  readonly pixels: StoredPixels;
  readonly isColor: boolean;
  readonly bitsStored: number;
  /** Stored values, padding left out. */
  readonly range: readonly [minimum: number, maximum: number];
  /** Stored values that are padding: from, to; none where from is above to. */
  readonly padding: readonly [from: number, to: number];
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  readonly modalityLut: LookupTable | undefined;
  readonly voiLutFunction: VoiLutFunction | undefined;
  readonly headerWindow: VoiWindow | undefined;
  readonly hasVoiLut: boolean;
  readonly isCalibrated: boolean;
}

type DefaultWindow = VoiWindow & { readonly source: 'header' | 'percentiles' | 'range' };

/** Grey levels of 255: where the brightest structures stay below the first, or all lies above the second, nothing is seen. */
const darkGrey = 64;
const brightGrey = 204;
/** Where this share of the values, from the lowest, is plain white, most of the picture is. */
const blownShare = 0.4;
const mostSamples = 65_536;

/**
 * What an image opens with. The header's window is kept wherever it is usable: always where values are calibrated (HU), else
 * unless it paints all of the picture dark (the 99.5th percentile below a quarter of white), all of it bright (background
 * and median above four fifths), more than three fifths of it plain white, or all of it in one grey. Then, and without a window, the 1st to 99.5th percentile of the values that are
 * neither padding nor the background (the lowest value), which is what a person would set by hand.
 */
export function defaultWindow(input: WindowInput): DefaultWindow {
  const { headerWindow, hasVoiLut, isColor, isCalibrated } = input;
  if (isColor) return { ...fullRangeWindow(0, 255), source: 'range' };
  if (headerWindow && isCalibrated) return { ...headerWindow, source: 'header' };
  // Eight bits are meant for a screen as they are.
  if (!headerWindow && (hasVoiLut || input.bitsStored <= 8)) return { ...fullWindow(input), source: 'range' };
  const values = sampledValues(input);
  if (values.length < 16)
    return headerWindow ? { ...headerWindow, source: 'header' } : { ...fullWindow(input), source: 'range' };
  if (headerWindow && isUsable(headerWindow, input, values)) return { ...headerWindow, source: 'header' };
  const [low, high] = [percentile(values, 0.01), percentile(values, 0.995)];
  if (!(high > low)) return { ...fullWindow(input), source: 'range' };
  return { ...windowOver(low, high, input), source: 'percentiles' };
}

function isUsable(window: VoiWindow, input: WindowInput, values: Float64Array): boolean {
  const { range, voiLutFunction } = input;
  const grey = (value: number): number => applyWindow(value, window, voiLutFunction);
  const [background, middle, brightest] = [
    modalityValue(range[0], input),
    percentile(values, 0.5),
    percentile(values, 0.995),
  ].map(grey);
  if (background === undefined || middle === undefined || brightest === undefined) return true;
  const isTooBright = middle > brightGrey && background > brightGrey;
  const isBlownOut = grey(percentile(values, blownShare)) > 254;
  return brightest >= darkGrey && !isTooBright && !isBlownOut && Math.abs(brightest - background) >= 2;
}

/** Modality values of evenly spread pixels, ascending, without padding and without the lowest value of the image. */
function sampledValues({ pixels, range, padding, ...line }: WindowInput): Float64Array {
  const step = Math.max(1, Math.floor(pixels.length / mostSamples));
  const values: number[] = [];
  for (let i = 0; i < pixels.length; i += step) {
    const stored = pixels[i] ?? 0;
    if (!(stored > range[0]) || (stored >= padding[0] && stored <= padding[1])) continue;
    const value = modalityValue(stored, line);
    if (Number.isFinite(value)) values.push(value);
  }
  return Float64Array.from(values).sort();
}

type Line = Pick<WindowInput, 'modalityLut' | 'rescaleSlope' | 'rescaleIntercept'>;

const modalityValue = (stored: number, { modalityLut, rescaleSlope, rescaleIntercept }: Line): number =>
  modalityLut ? lookUp(modalityLut, stored) : stored * rescaleSlope + rescaleIntercept;

const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.round(share * (sorted.length - 1))] ?? 0;

/** The whole range in modality units. */
function fullWindow(input: WindowInput): VoiWindow {
  const { range, modalityLut, rescaleSlope, rescaleIntercept } = input;
  if (modalityLut) {
    const { data } = modalityLut;
    return fullRangeWindow(
      data.reduce((low, value) => Math.min(low, value), 0xffff),
      data.reduce((high, value) => Math.max(high, value), 0),
    );
  }
  const ends = range.map((stored) => stored * rescaleSlope + rescaleIntercept);
  return windowOver(Math.min(...ends), Math.max(...ends), input);
}

/** Whole numbers need a window of one more than their difference (PS3.3 C.11.2.1.2.1); fractions do not. */
function windowOver(
  low: number,
  high: number,
  { rescaleSlope, rescaleIntercept, modalityLut, pixels }: WindowInput,
): VoiWindow {
  const isFloat = pixels instanceof Float32Array || pixels instanceof Float64Array;
  const isWhole =
    modalityLut !== undefined || (!isFloat && Number.isInteger(rescaleSlope) && Number.isInteger(rescaleIntercept));
  return isWhole ? fullRangeWindow(low, high) : { center: (low + high) / 2, width: Math.max(high - low, 1e-6) };
}
