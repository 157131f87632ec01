import { client } from '../../client/connection.ts';

export interface DroppedFile {
  /** With the folders inside what was dropped, `/` between them. */
  readonly name: string;
  readonly file: File;
}

const pieceBytes = 1 << 20;

/** Sends files in pieces, in order; answers the folder they lie in and the CSV among them, if just one. */
export async function uploadFiles(
  files: readonly DroppedFile[],
  onProgress: (doneBytes: number, totalBytes: number, name: string) => void,
): Promise<{ folder: string; metadata?: string }> {
  const uploadId = `drop-${crypto.randomUUID()}`;
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let done = 0;
  let folder = '';
  const tables: string[] = [];
  for (const { name, file } of files) {
    let offset = 0;
    do {
      const bytes = new Uint8Array(await file.slice(offset, offset + pieceBytes).arrayBuffer());
      const stored = await client['files.upload']({ uploadId, name, offset, bytes });
      folder = stored.folder;
      offset += bytes.length;
      done += bytes.length;
      onProgress(done, total, name);
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
