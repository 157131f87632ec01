import { AppError } from '../domain/errors.ts';
import type { FrameImage, StoredPixels } from '../domain/imageTypes.ts';
import type { OpenedImage } from './openedImage.ts';
import { openImage } from './openImage.ts';
import { defaultWindow } from './pixels/defaultWindow.ts';
import { toRgb } from './pixels/toRgb.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/**
 * Decodes one frame of the image at `address` for display or preprocessing. `frameNumber` counts from 1.
 * Errors: those of `openImage` and `decodeFrame`.
 */
export async function loadFrame(address: string, frameNumber: number): Promise<FrameImage> {
  return frameOf(await openImage(address), frameNumber);
}

/** The same for an image already opened. */
export async function frameOf(image: OpenedImage, frameNumber: number): Promise<FrameImage> {
  const { layout, display } = image;
  if (frameNumber < 1 || frameNumber > layout.frames) {
    throw new AppError('not-found', `There is no frame ${frameNumber}; the image has ${layout.frames}.`);
  }
  const { pixels: stored, warnings } = await image.decode(frameNumber);
  const { facts, modalityLut, voiLuts } = image.describe(frameNumber);
  const overlays = image.overlays?.(frameNumber);
  const isColor = layout.samplesPerPixel === 3 || display.palette !== undefined;
  const pixels = isColor ? toRgb(stored, layout, display.palette) : stored;
  const [minStored, maxStored] = rangeOf(pixels, isColor ? {} : display);
  const rescaleSlope = facts.rescaleSlope || 1;
  const rescaleIntercept = facts.rescaleIntercept ?? 0;
  const windows = isColor ? [] : (facts.windows ?? []);
  const first = defaultWindow({
    pixels,
    isColor,
    bitsStored: layout.bitsStored,
    range: [minStored, maxStored],
    padding: paddingRange(display),
    rescaleSlope,
    rescaleIntercept,
    modalityLut,
    voiLutFunction: facts.voiLutFunction,
    headerWindow: windows[0],
    hasVoiLut: voiLuts.length > 0,
    isCalibrated: display.isCalibrated ?? true,
  });
  return withoutUndefined({
    rows: layout.rows,
    columns: layout.columns,
    samplesPerPixel: isColor ? (3 as const) : (1 as const),
    pixels,
    isColor,
    bitsStored: isColor ? 8 : layout.bitsStored,
    isSigned: !isColor && layout.isSigned,
    photometricInterpretation: layout.photometricInterpretation,
    isInverted: display.isInverted,
    rescaleSlope: isColor ? 1 : rescaleSlope,
    rescaleIntercept: isColor ? 0 : rescaleIntercept,
    rescaleType: facts.rescaleType,
    valueUnit: isColor ? undefined : unitOf(facts.rescaleType, display.valueUnit),
    modalityLut: isColor ? undefined : modalityLut,
    windows,
    voiLutFunction: facts.voiLutFunction ?? ('LINEAR' as const),
    voiLuts: isColor ? [] : voiLuts,
    windowCenter: first.center,
    windowWidth: first.width,
    windowSource: first.source,
    minStored,
    maxStored,
    pixelPaddingValue: display.pixelPaddingValue,
    pixelPaddingRangeLimit: display.pixelPaddingRangeLimit,
    pixelSpacing: facts.pixelSpacing,
    imagerPixelSpacing: display.imagerPixelSpacing,
    position: facts.position,
    orientation: facts.orientation,
    frameOfReferenceUid: display.frameOfReferenceUid,
    overlays: overlays && overlays.length > 0 ? overlays : undefined,
    pixelAspectRatio: facts.pixelSpacing ? undefined : display.pixelAspectRatio,
    ultrasoundRegions: display.ultrasoundRegions,
    suvFactor: display.suvFactor,
    suvProblem: display.suvProblem,
    warnings: display.missing ? [...warnings, display.missing] : warnings,
  });
}

/** RescaleType where it names something (PS3.3 C.11.1.1.2); `US` is "unspecified". */
function unitOf(rescaleType: string | undefined, usual: string | undefined): string | undefined {
  return rescaleType && rescaleType !== 'US' ? rescaleType : usual;
}

interface Padding {
  readonly pixelPaddingValue?: number;
  readonly pixelPaddingRangeLimit?: number;
}

/** Smallest and largest finite value; padding (PS3.3 C.7.5.1.1.2) does not count unless all is padding. */
function rangeOf(values: StoredPixels, padding: Padding): readonly [number, number] {
  const [low, high] = paddingRange(padding);
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value >= low && value <= high) continue;
    if (value < minimum && value > Number.NEGATIVE_INFINITY) minimum = value;
    if (value > maximum && value < Number.POSITIVE_INFINITY) maximum = value;
  }
  if (minimum <= maximum) return [minimum, maximum];
  return low <= high ? [low, high] : [0, 0];
}

function paddingRange({ pixelPaddingValue, pixelPaddingRangeLimit }: Padding): readonly [number, number] {
  if (pixelPaddingValue === undefined) return [1, 0];
  const limit = pixelPaddingRangeLimit ?? pixelPaddingValue;
  return [Math.min(pixelPaddingValue, limit), Math.max(pixelPaddingValue, limit)];
}
