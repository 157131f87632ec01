import { asAppError, fileFaults } from '../../domain/errors.ts';
import type { FrameImage } from '../../domain/imageTypes.ts';
import { loadFrame } from '../../imaging/loadFrame.ts';
import { modalityValues } from '../../imaging/modalityValues.ts';
import type { LoadCaseFrame } from './caseLevels.ts';
import type { GreyFrame } from './preprocess.ts';

/** Padding (PS3.3 C.7.5.1.1.2) is no tissue: NaN, so that it neither sets the contrast nor looks like a value. */
function withoutPadding(values: Float32Array, frame: FrameImage): Float32Array {
  const { pixelPaddingValue, pixelPaddingRangeLimit, pixels } = frame;
  if (pixelPaddingValue === undefined || frame.isColor) return values;
  const limit = pixelPaddingRangeLimit ?? pixelPaddingValue;
  const [low, high] = [Math.min(pixelPaddingValue, limit), Math.max(pixelPaddingValue, limit)];
  return values.map((value, i) => {
    const stored = pixels[i] ?? Number.NaN;
    return stored >= low && stored <= high ? Number.NaN : value;
  });
}

const planeOf = ({ position, orientation, pixelSpacing }: FrameImage): Pick<GreyFrame, 'plane'> =>
  position && orientation && pixelSpacing ? { plane: { position, orientation, pixelSpacing } } : {};

/** A decoded frame as `preprocess` wants it. Colour becomes luma. */
export function greyFrameOf(frame: FrameImage): GreyFrame {
  // Without a spacing in the patient, mm at the detector still crop films of different detectors alike.
  const spacing = frame.pixelSpacing ?? frame.imagerPixelSpacing;
  return {
    rows: frame.rows,
    columns: frame.columns,
    values: withoutPadding(modalityValues(frame), frame),
    isInverted: frame.isInverted,
    ...(spacing && { pixelSpacing: spacing }),
    ...planeOf(frame),
  };
}

/** Colour at the eye's level: a difference between channels that is no compression artefact, in more than 1 pixel of 1,000. */
const COLOR_DIFFERENCE = 16;
const COLOR_SHARE = 0.001;

/** Whether an image stored as RGB shows colours: many films and scans are stored so with three equal channels. */
export function showsColor({ isColor, pixels, rows, columns }: FrameImage): boolean {
  if (!isColor) return false;
  let coloured = 0;
  for (let i = 0; i < pixels.length; i += 3) {
    const [red = 0, green = 0, blue = 0] = [pixels[i], pixels[i + 1], pixels[i + 2]];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > COLOR_DIFFERENCE) coloured++;
  }
  return coloured > COLOR_SHARE * rows * columns;
}

/** Reads the frame of a candidate; images that cannot be used are named, not thrown. */
export const loadCaseFrame: LoadCaseFrame = async (candidate) => {
  try {
    const frame = await loadFrame(candidate.sourcePath, candidate.frameNumber);
    if (showsColor(frame)) return 'not-grey';
    return frame.warnings.length > 0 ? 'damaged-pixels' : greyFrameOf(frame);
  } catch (error) {
    const { code } = asAppError(error);
    // not-found: the file has fewer frames than the catalogue says.
    if (fileFaults.has(code) || code === 'not-found') return 'damaged-pixels';
    throw error;
  }
};
