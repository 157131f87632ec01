import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError, asAppError, type ErrorCode } from '../domain/errors.ts';
import type { IndexedFile } from '../domain/imageTypes.ts';
import { indexDicom } from './dicom/indexDicom.ts';
import { PrefixTooShort } from './dicom/parseElements.ts';
import { type PixelElement, readHeader } from './dicom/readHeader.ts';
import { parseAddress } from './files/address.ts';
import type { MetadataRow } from './files/metadataCsv.ts';
import { guarded, guardedNow, openDatedSource, readSourceStart, startOfFile } from './files/openSource.ts';
import { archiveMessage } from './files/scanPaths.ts';
import { type SniffedFormat, sniffFormat, sniffLength } from './files/sniffFormat.ts';
import { indexPlainImage } from './indexPlainImage.ts';
import { limits } from './limits.ts';

/** Files from this size on are hashed as a stream; their header is looked for in so many bytes. */
const streamedFromBytes = 32 * 1024 * 1024;
const streamedStartBytes = 1024 * 1024;
/** Where the header is looked for when nothing else is wanted: most fit into the first, almost all into the second. */
const headerSteps = [32 * 1024, 1024 * 1024] as const;
/** Used for one file after the other: facts hold no bytes of it, and nothing else runs between reading and parsing. */
const headerBuffer = Buffer.alloc(headerSteps[0]);

export interface IndexRequest {
  readonly address: string;
  /** The file's row of the metadata CSV: needed for PNG, JPEG and NIfTI; adds attributes to DICOM. */
  readonly metadata?: MetadataRow;
  /**
   * Reads no more than the header of a DICOM file: `fileSha256` is then '', `pixelSha256` absent, and whether compressed
   * pixels are complete unknown. Files whose UIDs or facts follow from their content are read and hashed all the same.
   */
  readonly withoutHashes?: boolean;
}

/**
 * Reads all facts about one file that the workspace keeps; no pixels. Objects without pixels (SR, PR...) are indexed with
 * `hasPixels: false`, DICOM images that cannot be shown with their `pixelProblem`. Errors: those of `openSource`,
 * `readHeader` and `indexDicom`, no-metadata, unknown-format; of other formats also unsupported-pixel-format and
 * damaged-pixels.
 */
export async function indexFile(request: IndexRequest): Promise<IndexedFile> {
  const { address, metadata, withoutHashes } = request;
  const fromStart = withoutHashes ? await indexHeader(request) : await indexStreamed(request);
  if (fromStart) return fromStart;
  const { bytes, modifiedMs } = await openDatedSource(address);
  const fileSha256 = createHash('sha256').update(bytes).digest('hex');
  const file = { address, bytes, sizeBytes: bytes.length, modifiedMs, fileSha256 };
  const format = formatOf(bytes, address);
  switch (format) {
    case 'dicom':
      return indexDicom(file, readHeader(bytes), metadata?.attributes);
    case 'png':
    case 'jpeg':
    case 'nifti':
      if (metadata) return indexPlainImage(file, format, metadata);
      throw noMetadata();
    case 'dicomdir':
      throw new AppError('not-an-image', 'A DICOMDIR holds no image of its own.');
    case 'zip':
      throw new AppError('unknown-format', archiveMessage(address));
    case 'unknown':
      throw new AppError('unknown-format', 'This is not an image file that Groundglass knows.');
  }
}

const isPicture = (format: SniffedFormat): boolean => format === 'png' || format === 'jpeg' || format === 'nifti';

const noMetadata = (): AppError =>
  new AppError('no-metadata', 'The file says nothing about its patient; a metadata table has to.');

/** The outcome for one of several files. */
export type IndexOutcome =
  | { readonly indexed: IndexedFile }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/** One after the other: a request costs more than reading a header does. A bad file does not keep the others out. */
export async function indexFiles(requests: readonly IndexRequest[]): Promise<IndexOutcome[]> {
  const outcomes: IndexOutcome[] = [];
  for (const request of requests) {
    try {
      outcomes.push({ indexed: await indexFile(request) });
    } catch (thrown) {
      const { code, message } = asAppError(thrown, 'damaged-header');
      outcomes.push({ error: { code, message } });
    }
  }
  return outcomes;
}

function formatOf(bytes: Uint8Array, address: string): SniffedFormat {
  const { filePath, entryPath } = parseAddress(address);
  return sniffFormat(bytes.subarray(0, sniffLength), entryPath ?? filePath);
}

/** The facts from the first bytes of a DICOM file; undefined where they do not suffice, and for other formats. */
async function indexHeader({ address, metadata }: IndexRequest): Promise<IndexedFile | undefined> {
  const { filePath, entryPath } = parseAddress(address);
  for (const length of headerSteps) {
    const read = () => startOfFile(filePath, length, 0, length === headerBuffer.length ? headerBuffer : undefined);
    const start = entryPath === undefined ? guardedNow(read) : await readSourceStart(address, length);
    const { bytes, sizeBytes, modifiedMs } = start;
    if (sizeBytes > limits.fileBytes) throw new AppError('file-too-large', 'The file is larger than 2 GB.');
    const format = formatOf(bytes, address);
    if (format === 'zip') throw new AppError('unknown-format', archiveMessage(address));
    if (isPicture(format) && !metadata) throw noMetadata();
    if (format !== 'dicom') return undefined;
    try {
      const file = { address, bytes, sizeBytes, modifiedMs, fileSha256: '', pixelSha256: '' };
      return indexDicom(file, readHeader(bytes, sizeBytes, true), metadata?.attributes);
    } catch (thrown) {
      if (!(thrown instanceof PrefixTooShort)) throw thrown;
      if (bytes.length === sizeBytes) return undefined;
    }
  }
  return undefined;
}

/**
 * Big DICOM files with native pixels without having them in memory: the header from the file's start, the hashes from a
 * stream. Undefined where that does not work: small files, archives, other formats, compressed or deflated data.
 */
async function indexStreamed({ address, metadata }: IndexRequest): Promise<IndexedFile | undefined> {
  const { filePath, entryPath } = parseAddress(address);
  if (entryPath !== undefined) return undefined;
  const { bytes, sizeBytes, modifiedMs } = await readSourceStart(address, streamedStartBytes, streamedFromBytes);
  if (sizeBytes > limits.fileBytes) throw new AppError('file-too-large', 'The file is larger than 2 GB.');
  if (bytes.length === 0 || bytes.length === sizeBytes || formatOf(bytes, address) !== 'dicom') return undefined;
  try {
    const header = readHeader(bytes, sizeBytes);
    const hashes = await hashStreamed(filePath, header.pixels);
    return indexDicom({ address, bytes, sizeBytes, modifiedMs, ...hashes }, header, metadata?.attributes);
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
