import { maxLevel } from '../../dataset/preprocess.ts';
import { type AugmentationPlace, streamAt } from './drawAugmentation.ts';

/**
 * Levels through a narrower window and a power, in place: low becomes black, high white. The same as windowing the
 * source anew with these edges, but that pixels were averaged before, not after.
 */
export function bendGreys(levels: Float64Array, [low, high]: readonly [number, number], gamma: number): void {
  const width = (high - low) * maxLevel;
  for (let i = 0; i < levels.length; i++) {
    const grey = Math.min(1, Math.max(0, ((levels[i] ?? 0) - low * maxLevel) / width));
    levels[i] = maxLevel * (gamma === 1 ? grey : grey ** gamma);
  }
}

/** One draw of 53 bits makes two uniform numbers, of 26 and of 27. */
const SPLIT = 2 ** 26;

/** Adds independent Gaussian noise to `count` values from `offset` (Box and Muller, both of a pair). */
export function addNoise(
  values: Float32Array,
  offset: number,
  count: number,
  standardDeviation: number,
  place: AugmentationPlace,
): void {
  const next = streamAt(place, 'augment/noise');
  for (let i = 0; i < count; i += 2) {
    const drawn = next() * SPLIT;
    const whole = Math.floor(drawn);
    const radius = standardDeviation * Math.sqrt(-2 * Math.log(1 - whole / SPLIT));
    const angle = 2 * Math.PI * (drawn - whole);
    values[offset + i] = (values[offset + i] ?? 0) + radius * Math.cos(angle);
    if (i + 1 < count) values[offset + i + 1] = (values[offset + i + 1] ?? 0) + radius * Math.sin(angle);
  }
}
