import { acquiredSlices, type Volume, type VolumeShape } from './volume.ts';

/** One slice as it comes: stored values and the line that makes modality values of them. */
export interface VolumeSlice {
  readonly pixels: Uint8Array | Uint16Array | Int16Array;
  readonly slope: number;
  readonly intercept: number;
}

export interface AssembledVolume {
  readonly volume: Volume;
  /** modality value = slope * voxel + intercept, the same for all slices */
  readonly slope: number;
  readonly intercept: number;
  readonly minimum: number;
  readonly maximum: number;
}

const uint16Steps = 0xffff;

/**
 * Slices in display order to one block of 16-bit voxels. Slices with one common line keep their stored values; where the
 * lines differ (PET, per-frame rescale) modality values are quantised to 65,536 steps over their whole range.
 */
export function assembleVolume(shape: VolumeShape, slices: readonly VolumeSlice[]): AssembledVolume {
  const [first] = slices;
  const size = shape.rows * shape.columns;
  if (!first || slices.length !== acquiredSlices(shape)) throw new Error('a volume without all of its slices');
  if (slices.some(({ pixels }) => pixels.length !== size)) throw new Error('a slice of another size in a volume');
  const isCommon = slices.every(({ slope, intercept }) => slope === first.slope && intercept === first.intercept);
  const isSigned = slices.some(({ pixels }) => pixels instanceof Int16Array);
  const hasLarge = slices.some(({ pixels }) => pixels instanceof Uint16Array && pixels.some((value) => value > 0x7fff));
  return isCommon && !(isSigned && hasLarge) ? joined(shape, slices, first, isSigned) : quantised(shape, slices);
}

function joined(
  shape: VolumeShape,
  slices: readonly VolumeSlice[],
  { slope, intercept }: VolumeSlice,
  isSigned: boolean,
): AssembledVolume {
  const size = shape.rows * shape.columns;
  const voxels = isSigned ? new Int16Array(size * slices.length) : new Uint16Array(size * slices.length);
  for (const [i, { pixels }] of slices.entries()) voxels.set(pixels, i * size);
  return { volume: { ...shape, voxels }, slope, intercept, ...rangeOf(voxels) };
}

function quantised(shape: VolumeShape, slices: readonly VolumeSlice[]): AssembledVolume {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { pixels, slope, intercept } of slices) {
    const { minimum, maximum } = rangeOf(pixels);
    const ends = [minimum * slope + intercept, maximum * slope + intercept];
    low = Math.min(low, ...ends);
    high = Math.max(high, ...ends);
  }
  const step = (high - low) / uint16Steps || 1;
  const size = shape.rows * shape.columns;
  const voxels = new Uint16Array(size * slices.length);
  slices.forEach(({ pixels, slope, intercept }, k) => {
    for (let i = 0; i < size; i++)
      voxels[k * size + i] = Math.round(((pixels[i] ?? 0) * slope + intercept - low) / step);
  });
  return { volume: { ...shape, voxels }, slope: step, intercept: low, ...rangeOf(voxels) };
}

function rangeOf(values: VolumeSlice['pixels']): { minimum: number; maximum: number } {
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { minimum, maximum };
}
