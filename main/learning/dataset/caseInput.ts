import type { Preprocessing } from '../../contract/models.ts';
import { networkInput } from './preprocess.ts';

type Shape = Pick<Preprocessing, 'size' | 'channels' | 'slices' | 'phases'>;

type Pictures = Pick<Preprocessing, 'slices' | 'phases'>;

/** Pictures of one slice: one, or one for each series that is a channel. */
export const picturesPerSlice = ({ phases }: Pick<Preprocessing, 'phases'>): number => phases?.length ?? 1;

/** Pictures that the levels of a case hold at most, size x size each. */
export const pictureCount = (shape: Pictures): number => (shape.slices?.count ?? 1) * picturesPerSlice(shape);

/**
 * Shape of the input of a case. A case of several slices has the channels of each behind each other, every slice followed
 * by a channel of ones where it is there and of zeros where the series had fewer.
 */
export function inputShapeOf({ size, channels, slices }: Shape): readonly [number, number, number] {
  return [slices ? slices.count * (channels + 1) : channels, size, size];
}

/** Writes one picture of `levels` [size, size] as [channels, size, size]; `picture` is its number among those of the case. */
export type WritePicture = (
  levels: Uint16Array,
  how: Preprocessing,
  into: Float32Array,
  offset: number,
  picture: number,
) => void;

/**
 * Writes the input of a case (`inputShapeOf`), each picture by `write`. `levels` holds the slices that are there, one after
 * the other, each with the pictures of its channels; in the place of the others they are repeated, marked as absent, so
 * that statistics over a batch see pictures.
 */
export function writeCase(
  levels: Uint16Array,
  preprocessing: Preprocessing,
  into: Float32Array,
  offset: number,
  write: WritePicture,
): void {
  const { size, channels, slices, phases } = preprocessing;
  const area = size * size;
  const pictures = picturesPerSlice(preprocessing);
  const how = phases ? { ...preprocessing, channels: 1 } : preprocessing;
  const writeSlice = (slice: number, at: number): void => {
    for (let picture = 0; picture < pictures; picture++) {
      const from = (slice * pictures + picture) * area;
      write(levels.subarray(from, from + area), how, into, at + picture * area, slice * pictures + picture);
    }
  };
  if (!slices) {
    writeSlice(0, offset);
    return;
  }
  const present = levels.length / (pictures * area);
  const length = (channels + 1) * area;
  for (let slice = 0; slice < slices.count; slice++) {
    const at = offset + slice * length;
    const isThere = slice < present;
    if (isThere) writeSlice(slice, at);
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
  writeCase(levels, preprocessing, into, offset, (picture, how, values, at) => {
    networkInput(picture, how, values, at);
  });
  return into;
}
