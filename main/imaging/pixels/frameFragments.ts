import { AppError } from '../../domain/errors.ts';
import type { DicomHeader, PixelElement } from '../dicom/readHeader.ts';

type Encapsulated = NonNullable<PixelElement['encapsulated']>;
type Fragment = Encapsulated['fragments'][number];

/**
 * The bytes of one compressed frame, its fragments joined (PS3.5 A.4): by the offset table (basic or extended), one fragment per
 * frame, all fragments for a single frame, or by searching for the ends of JPEG streams where there is no table.
 * `frameNumber` counts from 1. Errors: damaged-pixels.
 */
export function frameFragments(header: DicomHeader, frames: number, frameNumber: number): Uint8Array {
  const encapsulated = header.pixels?.encapsulated;
  if (!encapsulated) throw new AppError('damaged-pixels', 'The compressed pixels are not in fragments.');
  const fragments = encapsulated.fragments.filter((f) => f.length > 0);
  const chosen = chooseFragments(fragments, encapsulated.offsetTable, header.bytes, frames, frameNumber);
  if (chosen.length === 0) throw new AppError('damaged-pixels', `The pixels of frame ${frameNumber} are missing.`);
  if (chosen.some((f) => f.start + f.length > header.bytes.length)) {
    throw new AppError('damaged-pixels', `The pixels of frame ${frameNumber} are cut short.`);
  }
  const parts = chosen.map((f) => header.bytes.subarray(f.start, f.start + f.length));
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

function chooseFragments(
  fragments: readonly Fragment[],
  offsetTable: readonly number[],
  bytes: Uint8Array,
  frames: number,
  frameNumber: number,
): readonly Fragment[] {
  if (frames === 1) return fragments;
  if (fragments.length === frames) return fragments.slice(frameNumber - 1, frameNumber);
  // A table that points between fragments is wrong, and met in the field.
  const starts = new Set(fragments.map((f) => f.offset));
  if (offsetTable.length === frames && offsetTable.every((offset) => starts.has(offset))) {
    const start = offsetTable[frameNumber - 1] ?? 0;
    const end = offsetTable[frameNumber] ?? Number.POSITIVE_INFINITY;
    return fragments.filter((f) => f.offset >= start && f.offset < end);
  }
  return groupByStreamEnd(fragments, bytes, frames)[frameNumber - 1] ?? [];
}

/** A fragment that ends with an end-of-image (FFD9), padding aside, ends its frame. */
function groupByStreamEnd(fragments: readonly Fragment[], bytes: Uint8Array, frames: number): Fragment[][] {
  const groups: Fragment[][] = [[]];
  for (const fragment of fragments) {
    groups.at(-1)?.push(fragment);
    const end = bytes.subarray(fragment.start + fragment.length - 3, fragment.start + fragment.length);
    const endsStream = (end[1] === 0xff && end[2] === 0xd9) || (end[0] === 0xff && end[1] === 0xd9);
    if (endsStream) groups.push([]);
  }
  const full = groups.filter((g) => g.length > 0);
  if (full.length !== frames) {
    throw new AppError('damaged-pixels', `There are ${full.length} compressed images for ${frames} frames.`);
  }
  return full;
}
