import { AppError } from '../domain/errors.ts';
import { openDicom } from './dicom/openDicom.ts';
import { readHeader } from './dicom/readHeader.ts';
import { parseAddress } from './files/address.ts';
import { openSource } from './files/openSource.ts';
import { sniffFormat } from './files/sniffFormat.ts';
import { openNifti } from './nifti/openNifti.ts';
import type { OpenedImage } from './openedImage.ts';
import { openJpeg, openPng } from './raster/openRaster.ts';

/** The image opened last: scrolling through a multi-frame file reads and parses it once. */
let last: { readonly address: string; readonly image: OpenedImage } | undefined;

/**
 * Opens an image file of any known format by its address. The file is taken to be unchanged since it was opened last.
 * Errors: those of `openSource`, unknown-format, and of the format's header.
 */
export async function openImage(address: string): Promise<OpenedImage> {
  if (last?.address === address) return last.image;
  const image = openImageBytes(await openSource(address), address);
  last = image.layout.frames > 1 ? { address, image } : undefined;
  return image;
}

/** The same for bytes in memory; `name` helps to tell gzipped NIfTI. */
export function openImageBytes(bytes: Uint8Array, name: string): OpenedImage {
  const { filePath, entryPath } = parseAddress(name);
  const format = sniffFormat(bytes.subarray(0, 1024), entryPath ?? filePath);
  switch (format) {
    case 'dicom':
      return openDicom(readHeader(bytes));
    case 'png':
      return openPng(bytes);
    case 'jpeg':
      return openJpeg(bytes);
    case 'nifti':
      return openNifti(bytes);
    case 'dicomdir':
      throw new AppError('not-an-image', 'A DICOMDIR holds no image of its own.');
    case 'zip':
    case 'unknown':
      throw new AppError('unknown-format', 'This is not an image file that Groundglass knows.');
  }
}
