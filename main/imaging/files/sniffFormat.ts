import type { ImageFormat } from '../../domain/imageTypes.ts';
import { hasDicmPrefix, looksLikeDataSet } from '../dicom/parseElements.ts';

export type SniffedFormat = ImageFormat | 'dicomdir' | 'zip' | 'unknown';

/** Bytes that `sniffFormat` wants to see. */
export const sniffLength = 1024;

const mediaStorageDirectory = '1.2.840.10008.1.3.10';

/** What a file is, by its first bytes; the name counts for NIfTI inside gzip and for .dcm. */
export function sniffFormat(start: Uint8Array, name: string): SniffedFormat {
  if (hasDicmPrefix(start)) return isDirectory(start) ? 'dicomdir' : 'dicom';
  // A picture under a DICOM name is a mistake that somebody should look at.
  if (/\.(dcm|dicom)$/i.test(name)) return looksLikeDataSet(start) ? 'dicom' : 'unknown';
  if (startsWith(start, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (startsWith(start, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(start, [0x50, 0x4b, 0x03, 0x04]) || startsWith(start, [0x50, 0x4b, 0x05, 0x06])) return 'zip';
  if (startsWith(start, [0x1f, 0x8b])) return /\.nii\.gz$/i.test(name) ? 'nifti' : 'unknown';
  if (hasNiftiMagic(start)) return 'nifti';
  return looksLikeDataSet(start) ? 'dicom' : 'unknown';
}

function isDirectory(start: Uint8Array): boolean {
  return Buffer.from(start.buffer, start.byteOffset, start.byteLength).includes(mediaStorageDirectory, 132, 'latin1');
}

/** "n+1" at 344 (NIfTI-1), "n+2" at 4 (NIfTI-2); header and image in one file. */
function hasNiftiMagic(start: Uint8Array): boolean {
  return startsWith(start.subarray(344), [0x6e, 0x2b, 0x31, 0]) || startsWith(start.subarray(4), [0x6e, 0x2b, 0x32, 0]);
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}
