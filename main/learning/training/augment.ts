import type { Augmentation } from '../../contract/augmentation.ts';
import type { Preprocessing } from '../../contract/models.ts';
import { randomStream } from '../../domain/random.ts';
import { maxLevel } from '../dataset/preprocess.ts';

/** One drawn change of one image: network pixel (u, v) shows source pixel (a u + b v + c, d u + e v + f). */
export interface DrawnAugmentation {
  readonly warp: readonly [a: number, b: number, c: number, d: number, e: number, f: number];
  /** Factor on the normalised values, and what is added to them. */
  readonly contrast: number;
  readonly brightness: number;
}

/** Where in the run an image is used: the draw depends on nothing else, so resuming cannot change it. */
export interface AugmentationPlace {
  readonly seed: number;
  readonly fold: number;
  readonly epoch: number;
  readonly caseIndex: number;
}

/** Draws flips, shift, rotation and intensity for one use of one image. */
export function drawAugmentation(how: Augmentation, size: number, place: AugmentationPlace): DrawnAugmentation {
  const next = randomStream(place.seed, 'augment', place.fold, place.epoch, place.caseIndex);
  const symmetric = () => 2 * next() - 1;
  const flipColumns = next() < 0.5 && how.flipHorizontal ? -1 : 1;
  const flipRows = next() < 0.5 && how.flipVertical ? -1 : 1;
  const shiftColumns = symmetric() * how.shift * size;
  const shiftRows = symmetric() * how.shift * size;
  const angle = (symmetric() * how.rotationDegrees * Math.PI) / 180;
  const contrast = 1 + symmetric() * how.intensity;
  const brightness = symmetric() * how.intensity;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const centre = (size - 1) / 2;
  const [a, b] = [flipColumns * cosine, flipColumns * sine];
  const [d, e] = [-flipRows * sine, flipRows * cosine];
  const c = centre - a * (centre + shiftColumns) - b * (centre + shiftRows);
  const f = centre - d * (centre + shiftColumns) - e * (centre + shiftRows);
  return { warp: [a, b, c, d, e, f], contrast, brightness };
}

function levelAt(levels: Uint16Array, size: number, column: number, row: number): number {
  return column < 0 || row < 0 || column >= size || row >= size ? 0 : (levels[row * size + column] ?? 0);
}

function interpolate(levels: Uint16Array, size: number, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const right = x - column;
  const below = y - row;
  const top = levelAt(levels, size, column, row) * (1 - right) + levelAt(levels, size, column + 1, row) * right;
  if (below === 0) return top;
  const bottom =
    levelAt(levels, size, column, row + 1) * (1 - right) + levelAt(levels, size, column + 1, row + 1) * right;
  return top * (1 - below) + bottom * below;
}

/**
 * Writes the changed, normalised picture into `into` at `offset` as [channels, size, size]: one bilinear interpolation,
 * black outside.
 */
export function writeAugmented(
  levels: Uint16Array,
  preprocessing: Preprocessing,
  drawn: DrawnAugmentation,
  into: Float32Array,
  offset: number,
): void {
  const { size, channels, mean, standardDeviation } = preprocessing;
  const [a, b, c, d, e, f] = drawn.warp;
  const scale = drawn.contrast / (maxLevel * standardDeviation);
  const shift = drawn.brightness - (drawn.contrast * mean) / standardDeviation;
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      const level = interpolate(levels, size, a * u + b * v + c, d * u + e * v + f);
      into[offset + v * size + u] = level * scale + shift;
    }
  }
  const area = size * size;
  for (let channel = 1; channel < channels; channel++) into.copyWithin(offset + channel * area, offset, offset + area);
}
