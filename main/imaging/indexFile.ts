import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { IndexedFile } from '../domain/imageTypes.ts';
import { indexDicom } from './dicom/indexDicom.ts';
import { readHeader } from './dicom/readHeader.ts';
import { parseAddress } from './files/address.ts';
import type { MetadataRow } from './files/metadataCsv.ts';
import { openSource } from './files/openSource.ts';
import { sniffFormat } from './files/sniffFormat.ts';
import { indexPlainImage } from './indexPlainImage.ts';

export interface IndexRequest {
  readonly address: string;
  /** The file's row of the metadata CSV: needed for PNG, JPEG and NIfTI; adds attributes to DICOM. */
  readonly metadata?: MetadataRow;
}

/**
 * Reads all facts about one file that the workspace keeps; no pixels. Objects without pixels (SR, PR...) are indexed with
 * `hasPixels: false`, DICOM images that cannot be shown with their `pixelProblem`. Errors: those of `openSource`,
 * `readHeader` and `indexDicom`, no-metadata, unknown-format; of other formats also unsupported-pixel-format and
 * damaged-pixels.
 */
export async function indexFile({ address, metadata }: IndexRequest): Promise<IndexedFile> {
  const bytes = await openSource(address);
  const file = { address, bytes, fileSha256: createHash('sha256').update(bytes).digest('hex') };
  const { filePath, entryPath } = parseAddress(address);
  const format = sniffFormat(bytes.subarray(0, 1024), entryPath ?? filePath);
  switch (format) {
    case 'dicom':
      return indexDicom(file, readHeader(bytes), metadata?.attributes);
    case 'png':
    case 'jpeg':
    case 'nifti':
      if (metadata) return indexPlainImage(file, format, metadata);
      throw new AppError('no-metadata', 'The file says nothing about its patient; a metadata table has to.');
    case 'dicomdir':
      throw new AppError('not-an-image', 'A DICOMDIR holds no image of its own.');
    case 'zip':
    case 'unknown':
      throw new AppError('unknown-format', 'This is not an image file that Groundglass knows.');
  }
}
