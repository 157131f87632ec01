import { type AugmentationPlace, streamAt } from './drawAugmentation.ts';

/** Pixels of a picture: columns from `left` to below `right`, rows from `top` to below `bottom`. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const areaOf = ({ left, top, right, bottom }: Box): number => (right - left) * (bottom - top);

const SMALLEST_SHARE = 0.02;
/** Height over width is between this and its inverse, as in the paper. */
const NARROWEST = 0.3;
const ATTEMPTS = 20;

/** A rectangle of 0.02 to `largestShare` of the picture that lies inside; undefined where none fitted in 20 draws. */
export function drawBox(next: () => number, size: number, largestShare: number): Box | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = (SMALLEST_SHARE + next() * (largestShare - SMALLEST_SHARE)) * size * size;
    const aspect = NARROWEST ** (2 * next() - 1);
    const [x, y] = [next(), next()];
    const rows = Math.round(Math.sqrt(area * aspect));
    const columns = Math.round(Math.sqrt(area / aspect));
    if (rows < 1 || columns < 1 || rows > size || columns > size) continue;
    const left = Math.floor(x * (size - columns + 1));
    const top = Math.floor(y * (size - rows + 1));
    return { left, top, right: left + columns, bottom: top + rows };
  }
  return undefined;
}

interface Normalisation {
  readonly size: number;
  readonly mean: number;
  readonly standardDeviation: number;
}

/**
 * Random erasing (Zhong, Zheng, Kang, Li and Yang, AAAI 2020): a rectangle at a random place is filled with a random grey
 * per pixel. `values` are normalised, one channel from `offset`.
 */
export function erase(
  values: Float32Array,
  offset: number,
  { size, mean, standardDeviation }: Normalisation,
  largestShare: number,
  place: AugmentationPlace,
): void {
  const next = streamAt(place, 'augment/erasing');
  const box = drawBox(next, size, largestShare);
  if (!box) return;
  for (let row = box.top; row < box.bottom; row++)
    for (let column = box.left; column < box.right; column++)
      values[offset + row * size + column] = (next() - mean) / standardDeviation;
}
