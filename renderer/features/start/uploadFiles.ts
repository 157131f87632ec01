import { client } from '../../client/connection.ts';

export interface DroppedFile {
  /** With the folders inside what was dropped, `/` between them. */
  readonly name: string;
  readonly file: File;
}

const pieceBytes = 1 << 20;

export interface UploadProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** From 1. */
  readonly fileNumber: number;
  readonly fileCount: number;
  readonly name: string;
}

/**
 * Sends files in pieces, in order; answers the folder they lie in and the CSV among them, if just one. Where it fails or
 * `signal` stops it (AbortError), nothing of it is left.
 */
export async function uploadFiles(
  files: readonly DroppedFile[],
  options: { readonly onProgress: (progress: UploadProgress) => void; readonly signal: AbortSignal },
): Promise<{ folder: string; metadata?: string }> {
  const uploadId = `drop-${crypto.randomUUID()}`;
  try {
    return await sendAll(files, uploadId, options);
  } catch (error) {
    await client['files.discard']({ uploadId }).catch(() => undefined); // what failed before is what is told
    throw error;
  }
}

async function sendAll(
  files: readonly DroppedFile[],
  uploadId: string,
  { onProgress, signal }: Parameters<typeof uploadFiles>[1],
): Promise<{ folder: string; metadata?: string }> {
  const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
  let doneBytes = 0;
  let folder = '';
  const tables: string[] = [];
  for (const [i, { name, file }] of files.entries()) {
    let offset = 0;
    do {
      signal.throwIfAborted();
      const bytes = new Uint8Array(await file.slice(offset, offset + pieceBytes).arrayBuffer());
      const stored = await client['files.upload']({ uploadId, name, offset, bytes });
      folder = stored.folder;
      offset += bytes.length;
      doneBytes += bytes.length;
      onProgress({ doneBytes, totalBytes, fileNumber: i + 1, fileCount: files.length, name });
      if (offset >= file.size && name.toLowerCase().endsWith('.csv')) tables.push(stored.path);
    } while (offset < file.size);
  }
  const [metadata] = tables.length === 1 ? tables : [];
  return metadata === undefined ? { folder } : { folder, metadata };
}

/** Files and the contents of folders in a drop, found through the browser's entry interface. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  // The list is emptied when the event ends: all entries first, then what is asynchronous.
  const dropped = [...transfer.items].filter(({ kind }) => kind === 'file');
  const found = dropped.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const files = found.map(async ({ entry, file }) => {
    if (entry) return filesOf(entry, '');
    return file ? [{ name: file.name, file }] : [];
  });
  return (await Promise.all(files)).flat();
}

async function filesOf(entry: FileSystemEntry, above: string): Promise<DroppedFile[]> {
  const name = above + entry.name;
  if (entry.name.startsWith('.')) return [];
  if (isFile(entry)) return [{ name, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) }];
  if (!isFolder(entry)) return [];
  const inside = await entriesOf(entry.createReader());
  return (await Promise.all(inside.map((child) => filesOf(child, `${name}/`)))).flat();
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** A reader gives at most 100 entries at a time, none when it is through. */
async function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
