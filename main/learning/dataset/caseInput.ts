import type { Preprocessing } from '../../contract/models.ts';
import { networkInput } from './preprocess.ts';

type Shape = Pick<Preprocessing, 'size' | 'channels' | 'slices'>;

/** Pictures that the levels of a case hold at most, size x size each. */
export const pictureCount = ({ slices }: Pick<Preprocessing, 'slices'>): number => slices?.count ?? 1;

/**
 * Shape of the input of a case. A case of several slices has the channels of each behind each other, every slice followed
 * by a channel of ones where it is there and of zeros where the series had fewer.
 */
export function inputShapeOf({ size, channels, slices }: Shape): readonly [number, number, number] {
  return [slices ? slices.count * (channels + 1) : channels, size, size];
}

/** Writes one picture of `levels` [size, size] as [channels, size, size]; `slice` counts from 0. */
export type WritePicture = (levels: Uint16Array, into: Float32Array, offset: number, slice: number) => void;

/**
 * Writes the input of a case (`inputShapeOf`), each slice by `write`. `levels` holds the slices that are there, one after
 * the other; in the place of the others they are repeated, marked as absent, so that statistics over a batch see pictures.
 */
export function writeCase(
  levels: Uint16Array,
  { size, channels, slices }: Shape,
  into: Float32Array,
  offset: number,
  write: WritePicture,
): void {
  if (!slices) {
    write(levels, into, offset, 0);
    return;
  }
  const area = size * size;
  const present = levels.length / area;
  const length = (channels + 1) * area;
  for (let slice = 0; slice < slices.count; slice++) {
    const at = offset + slice * length;
    const isThere = slice < present;
    if (isThere) write(levels.subarray(slice * area, (slice + 1) * area), into, at, slice);
    else copyPicture(into, offset + (slice % present) * length, at, channels * area);
    into.fill(isThere ? 1 : 0, at + channels * area, at + length);
  }
}

function copyPicture(values: Float32Array, from: number, to: number, length: number): void {
  values.copyWithin(to, from, from + length);
}

/** The input of a case as it is. Snapshot, training and prediction all come through here. */
export function caseInput(
  levels: Uint16Array,
  preprocessing: Preprocessing,
  into: Float32Array = new Float32Array(inputShapeOf(preprocessing).reduce((a, b) => a * b)),
  offset = 0,
): Float32Array {
  writeCase(levels, preprocessing, into, offset, (picture, values, at) => {
    networkInput(picture, preprocessing, values, at);
  });
  return into;
}
