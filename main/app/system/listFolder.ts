import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';

interface Entry {
  name: string;
  path: string;
  kind: 'folder' | 'file';
  sizeBytes: number;
}

/** Folders first, then files, by name; hidden entries and what may not be read are left out. */
export async function listFolder(path = homedir()): Promise<{ path: string; parent?: string; entries: Entry[] }> {
  const folder = resolve(path);
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new AppError('file-not-found', 'the folder cannot be opened', { cause });
  });
  const found = await Promise.all(names.filter((name) => !name.startsWith('.')).map((name) => entryOf(folder, name)));
  const entries = found.filter((entry) => entry !== undefined);
  entries.sort(
    (a, b) => a.kind.localeCompare(b.kind) * -1 || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
  const parent = dirname(folder);
  return parent === folder ? { path: folder, entries } : { path: folder, parent, entries };
}

async function entryOf(folder: string, name: string): Promise<Entry | undefined> {
  const path = join(folder, name);
  try {
    const facts = await stat(path);
    return {
      name,
      path,
      kind: facts.isDirectory() ? 'folder' : 'file',
      sizeBytes: facts.isDirectory() ? 0 : facts.size,
    };
  } catch {
    return undefined; // a dangling link or no permission: not something to choose
  }
}
