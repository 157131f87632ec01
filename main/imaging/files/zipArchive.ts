import yauzl from 'yauzl';
import { AppError } from '../../domain/errors.ts';
import { limits } from '../limits.ts';
import { leadsOut, longestName } from './address.ts';

/** A file inside a zip archive. */
export interface ZipEntry {
  /** Forward slashes, never absolute, never upwards. */
  readonly path: string;
  readonly compressedSize: number;
  readonly size: number;
}

/** An entry that is not opened, and why. */
export interface RefusedEntry {
  readonly path: string;
  readonly error: AppError;
}

/**
 * A zip archive read by its central directory. Names that lead out of the archive, encrypted entries, and entries that
 * promise to inflate beyond the limits are refused, never written or inflated. Close it after use.
 */
export class ZipArchive {
  readonly entries: readonly ZipEntry[];
  readonly refused: readonly RefusedEntry[];
  private readonly zip: yauzl.ZipFile;
  private readonly raw: ReadonlyMap<string, yauzl.Entry>;

  private constructor(zip: yauzl.ZipFile, raw: ReadonlyMap<string, yauzl.Entry>, refused: readonly RefusedEntry[]) {
    this.zip = zip;
    this.raw = raw;
    this.refused = refused;
    this.entries = [...raw.values()]
      .map((e) => ({ path: e.fileName, compressedSize: e.compressedSize, size: e.uncompressedSize }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Errors: file-unreadable, limit-exceeded. */
  static async open(path: string): Promise<ZipArchive> {
    const zip = await openZip(path);
    try {
      const { raw, refused } = await readDirectory(zip);
      return new ZipArchive(zip, raw, refused);
    } catch (thrown) {
      zip.close();
      throw thrown instanceof AppError ? thrown : unreadable(thrown);
    }
  }

  /** Bytes of an entry before compression. Errors: file-not-found. */
  sizeOf(path: string): number {
    const entry = this.raw.get(path);
    if (!entry) throw new AppError('file-not-found', 'The archive has no such file.');
    return entry.uncompressedSize;
  }

  /** At most the first `limit` bytes of an entry. Errors: file-not-found, file-unreadable, limit-exceeded. */
  async read(path: string, limit: number = limits.zipEntryBytes): Promise<Uint8Array> {
    const entry = this.raw.get(path);
    if (!entry) throw new AppError('file-not-found', 'The archive has no such file.');
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      this.zip.openReadStream(entry, (error, opened) => (error ? reject(unreadable(error)) : resolve(opened)));
    });
    return collect(stream, limit, entry.uncompressedSize);
  }

  close(): void {
    this.zip.close();
  }
}

function openZip(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    // yauzl itself refuses absolute names, ".." and backslashes; decodeStrings is off so that we say so per entry.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
    yauzl.open(path, options, (error, zip) => (error ? reject(unreadable(error)) : resolve(zip)));
  });
}

function readDirectory(zip: yauzl.ZipFile): Promise<{ raw: Map<string, yauzl.Entry>; refused: RefusedEntry[] }> {
  const raw = new Map<string, yauzl.Entry>();
  const refused: RefusedEntry[] = [];
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', () => resolve({ raw, refused }));
    zip.on('entry', (entry: yauzl.Entry) => {
      if (raw.size + refused.length >= limits.zipEntries) {
        reject(new AppError('limit-exceeded', 'The archive has too many files.'));
        return;
      }
      entry.fileName = nameOf(entry);
      const error = refusal(entry);
      if (error) refused.push({ path: entry.fileName.slice(0, longestName), error });
      else if (!entry.fileName.endsWith('/')) raw.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

/** With decodeStrings off, yauzl leaves names as bytes: UTF-8 where flagged, else as written by DOS. */
function nameOf(entry: yauzl.Entry): string {
  const name: unknown = entry.fileName;
  if (!Buffer.isBuffer(name)) return String(name);
  const isUtf8 = (entry.generalPurposeBitFlag & 0x800) !== 0;
  return name.toString(isUtf8 ? 'utf8' : 'latin1');
}

function refusal(entry: yauzl.Entry): AppError | undefined {
  if (leadsOut(entry.fileName))
    return new AppError('file-unreadable', 'The name of this file leads out of its archive.');
  if (entry.fileName.length > longestName) return new AppError('limit-exceeded', 'The name of this file is too long.');
  if (entry.generalPurposeBitFlag & 1) return new AppError('file-unreadable', 'This file is encrypted.');
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
  const isBomb = entry.uncompressedSize > limits.zipUncheckedBytes && ratio > limits.zipRatio;
  if (isBomb || entry.uncompressedSize > limits.zipEntryBytes) {
    return new AppError('limit-exceeded', 'This file would inflate beyond the limit.');
  }
  return undefined;
}

/** Stops at `limit`; an entry that inflates beyond what its directory entry says is an error. */
async function collect(stream: NodeJS.ReadableStream, limit: number, expected: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      chunks.push(bytes);
      size += bytes.length;
      if (size >= limit && limit < expected) break;
    }
  } catch (thrown) {
    throw unreadable(thrown);
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

function unreadable(thrown: unknown): AppError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('file-unreadable', `The archive cannot be read: ${reason}`, { cause: thrown });
}
