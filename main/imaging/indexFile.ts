import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '../domain/errors.ts';
import type { IndexedFile } from '../domain/imageTypes.ts';
import { indexDicom } from './dicom/indexDicom.ts';
import { PrefixTooShort } from './dicom/parseElements.ts';
import { type PixelElement, readHeader } from './dicom/readHeader.ts';
import { parseAddress } from './files/address.ts';
import type { MetadataRow } from './files/metadataCsv.ts';
import { guarded, openSource, readFileStart } from './files/openSource.ts';
import { type SniffedFormat, sniffFormat, sniffLength } from './files/sniffFormat.ts';
import { indexPlainImage } from './indexPlainImage.ts';
import { limits } from './limits.ts';

/** Files from this size on are hashed as a stream; their header is looked for in so many bytes. */
const streamedFromBytes = 32 * 1024 * 1024;
const streamedStartBytes = 1024 * 1024;
const headerOnlyBytes = 32 * 1024;

export interface IndexRequest {
  readonly address: string;
  /** The file's row of the metadata CSV: needed for PNG, JPEG and NIfTI; adds attributes to DICOM. */
  readonly metadata?: MetadataRow;
  /** Reads no more than the header; `fileSha256` is then empty and `pixelSha256` absent. Not for importing. */
  readonly withoutHashes?: boolean;
}

/**
 * Reads all facts about one file that the workspace keeps; no pixels. Objects without pixels (SR, PR...) are indexed with
 * `hasPixels: false`, DICOM images that cannot be shown with their `pixelProblem`. Errors: those of `openSource`,
 * `readHeader` and `indexDicom`, no-metadata, unknown-format; of other formats also unsupported-pixel-format and
 * damaged-pixels.
 */
export async function indexFile({ address, metadata, withoutHashes }: IndexRequest): Promise<IndexedFile> {
  const fromStart = await indexFromStart(address, metadata, withoutHashes ?? false);
  if (fromStart) return fromStart;
  const bytes = await openSource(address);
  const fileSha256 = withoutHashes ? '' : createHash('sha256').update(bytes).digest('hex');
  const file = { address, bytes, sizeBytes: bytes.length, fileSha256 };
  const format = formatOf(bytes, address);
  switch (format) {
    case 'dicom':
      return indexDicom(withoutHashes ? { ...file, pixelSha256: '' } : file, readHeader(bytes), metadata?.attributes);
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

function formatOf(bytes: Uint8Array, address: string): SniffedFormat {
  const { filePath, entryPath } = parseAddress(address);
  return sniffFormat(bytes.subarray(0, sniffLength), entryPath ?? filePath);
}

/**
 * Big DICOM files with native pixels without having them in memory: the header from the file's start, the hashes from a
 * stream. Undefined where that does not work: small files, archives, other formats, compressed or deflated data.
 */
async function indexFromStart(
  address: string,
  metadata: MetadataRow | undefined,
  withoutHashes: boolean,
): Promise<IndexedFile | undefined> {
  const { filePath, entryPath } = parseAddress(address);
  if (entryPath !== undefined) return undefined;
  const [startLength, onlyFrom] = withoutHashes ? [headerOnlyBytes, 0] : [streamedStartBytes, streamedFromBytes];
  const { bytes, sizeBytes } = await readFileStart(filePath, startLength, onlyFrom);
  if (sizeBytes > limits.fileBytes) throw new AppError('file-too-large', 'The file is larger than 2 GB.');
  const isWhole = bytes.length === sizeBytes;
  if (bytes.length === 0 || (isWhole && !withoutHashes) || formatOf(bytes, address) !== 'dicom') return undefined;
  try {
    const header = readHeader(bytes, sizeBytes);
    const hashes = withoutHashes ? { fileSha256: '', pixelSha256: '' } : await hashStreamed(filePath, header.pixels);
    return indexDicom({ address, bytes, sizeBytes, ...hashes }, header, metadata?.attributes);
  } catch (thrown) {
    if (thrown instanceof PrefixTooShort) return undefined;
    throw thrown;
  }
}

async function hashStreamed(filePath: string, pixels: PixelElement | undefined) {
  const whole = createHash('sha256');
  const part = createHash('sha256');
  const [start, end] = pixels ? [pixels.offset, pixels.offset + pixels.length] : [0, 0];
  let position = 0;
  await guarded(async () => {
    for await (const chunk of createReadStream(filePath, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
      whole.update(chunk);
      part.update(chunk.subarray(Math.max(0, start - position), Math.max(0, end - position)));
      position += chunk.length;
    }
  });
  return { fileSha256: whole.digest('hex'), pixelSha256: part.digest('hex') };
}
