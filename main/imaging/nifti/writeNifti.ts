import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AppError } from '../../domain/errors.ts';
import { type NiftiImage, niftiHeader } from './niftiHeader.ts';

/** Dimensions are 16-bit numbers in NIfTI-1. */
const largestDimension = 32_767;

/**
 * Writes NIfTI-1, gzipped where the name ends in `.gz`, slice by slice as they come (column fastest, then row, slice, time;
 * native little endian). A file that is there is replaced only by a complete one. Errors: limit-exceeded, disk-full,
 * file-unreadable, and what `slices` throws.
 */
export async function writeNifti(
  file: string,
  image: NiftiImage,
  slices: AsyncIterable<ArrayBufferView>,
): Promise<void> {
  const { columns, rows, times } = image;
  if (Math.max(columns, rows, image.slices, times) > largestDimension)
    throw new AppError('limit-exceeded', 'NIfTI-1 holds at most 32767 voxels in a direction.');
  const partial = `${file}.part`;
  const isCompressed = file.endsWith('.gz');
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const source = Readable.from(bytesOf(image, slices), { objectMode: false });
    const target = createWriteStream(partial);
    // A gzip header without a time: the same voxels give the same bytes.
    await (isCompressed ? pipeline(source, createGzip(), target) : pipeline(source, target));
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw asWriteError(thrown);
  }
}

async function* bytesOf(image: NiftiImage, slices: AsyncIterable<ArrayBufferView>): AsyncGenerator<Uint8Array> {
  yield niftiHeader(image);
  for await (const slice of slices) yield new Uint8Array(slice.buffer, slice.byteOffset, slice.byteLength);
}

function asWriteError(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (thrown instanceof AppError || !/^E[A-Z]+$/.test(code)) return thrown;
  if (code === 'ENOSPC') return new AppError('disk-full', 'The disk is full.', { cause: thrown });
  return new AppError('file-unreadable', `The file cannot be written (${code}).`, { cause: thrown });
}
