import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '../../domain/errors.ts';
import type { ImageFormat } from '../../domain/imageTypes.ts';
import { formatAddress } from './address.ts';
import { guarded, readStart } from './openSource.ts';
import { sniffFormat, sniffLength } from './sniffFormat.ts';
import { ZipArchive } from './zipArchive.ts';

/**
 * One file met while scanning. `relativePath` has forward slashes and is relative to the given path's folder: what the
 * `file` column of a CSV names. `ignored` files are those that nobody would take for an image (DICOMDIR, CSV, text).
 */
export type ScannedFile =
  | { readonly kind: 'image'; readonly address: string; readonly relativePath: string; readonly format: ImageFormat }
  | { readonly kind: 'ignored'; readonly address: string; readonly relativePath: string; readonly reason: string }
  | { readonly kind: 'rejected'; readonly address: string; readonly relativePath: string; readonly error: AppError };

const companions =
  /(^|\/)(\.[^/]*|thumbs\.db|readme[^/]*|licen[sc]e[^/]*|[^/]*\.(csv|tsv|json|txt|md|xml|html?|pdf|log|ini|exe|inf|js|css|py|docx?|xlsx?))$/i;

/**
 * Files, folders (recursive, each folder once even through symbolic links) and zip archives, sorted by path. Nothing is
 * parsed but the first bytes. Never throws for a file: it is `rejected` with file-not-found, file-unreadable,
 * unknown-format or limit-exceeded.
 */
export async function* scanPaths(paths: readonly string[]): AsyncGenerator<ScannedFile> {
  const visited = new Set<string>();
  for (const given of paths) {
    const start = path.resolve(given);
    const info = await attempt(() => guarded(() => stat(start)));
    if (info instanceof AppError) {
      yield { kind: 'rejected', address: start, relativePath: path.basename(start), error: info };
    } else if (info.isDirectory()) {
      yield* scanFolder(start, start, visited);
    } else {
      yield* scanFile(start, path.dirname(start), true);
    }
  }
}

async function* scanFolder(folder: string, root: string, visited: Set<string>): AsyncGenerator<ScannedFile> {
  const listed = await attempt(() =>
    guarded(async () => ({ real: await realpath(folder), names: await readdir(folder) })),
  );
  if (listed instanceof AppError) {
    yield { kind: 'rejected', address: folder, relativePath: relativeTo(root, folder), error: listed };
    return;
  }
  if (visited.has(listed.real)) return;
  visited.add(listed.real);
  for (const name of listed.names.sort((a, b) => (a < b ? -1 : 1))) {
    const full = path.join(folder, name);
    const info = await attempt(() => guarded(() => stat(full)));
    if (info instanceof AppError) {
      yield { kind: 'rejected', address: full, relativePath: relativeTo(root, full), error: info };
    } else if (info.isDirectory()) {
      yield* scanFolder(full, root, visited);
    } else if (info.isFile()) {
      yield* scanFile(full, root, false);
    }
  }
}

async function* scanFile(file: string, root: string, isNamed: boolean): AsyncGenerator<ScannedFile> {
  const scanned = await classify(file, relativeTo(root, file), isNamed);
  if (scanned !== 'zip') {
    yield scanned;
    return;
  }
  const archive = await attempt(() => ZipArchive.open(file));
  if (archive instanceof AppError) {
    yield { kind: 'rejected', address: file, relativePath: relativeTo(root, file), error: archive };
    return;
  }
  archive.close();
  // An archive named by the user is a root of its own: CSV paths are relative to its inside.
  const inside = (entryPath: string) => (isNamed ? entryPath : `${relativeTo(root, file)}!/${entryPath}`);
  for (const { path: entryPath, error } of archive.refused) {
    yield {
      kind: 'rejected',
      address: formatAddress({ filePath: file, entryPath }),
      relativePath: inside(entryPath),
      error,
    };
  }
  for (const { path: entryPath } of archive.entries) {
    const entry = await classify(formatAddress({ filePath: file, entryPath }), inside(entryPath), false);
    if (entry !== 'zip') yield entry;
    else
      yield rejected(
        formatAddress({ filePath: file, entryPath }),
        inside(entryPath),
        'Archives within archives are not opened.',
      );
  }
}

async function classify(address: string, relativePath: string, isNamed: boolean): Promise<ScannedFile | 'zip'> {
  const start = await attempt(() => readStart(address, sniffLength));
  if (start instanceof AppError) return { kind: 'rejected', address, relativePath, error: start };
  const format = sniffFormat(start, relativePath);
  if (format === 'zip')
    return /\.zip$/i.test(address) ? 'zip' : rejected(address, relativePath, 'Only archives named .zip are opened.');
  if (format === 'dicomdir')
    return { kind: 'ignored', address, relativePath, reason: 'DICOMDIR: its files are read instead' };
  if (format !== 'unknown') return { kind: 'image', address, relativePath, format };
  if (!isNamed && companions.test(relativePath)) {
    return { kind: 'ignored', address, relativePath, reason: 'not an image by its name and content' };
  }
  return rejected(address, relativePath, 'This is not an image file that Groundglass knows.');
}

function rejected(address: string, relativePath: string, message: string): ScannedFile {
  return { kind: 'rejected', address, relativePath, error: new AppError('unknown-format', message) };
}

function relativeTo(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join('/');
}

async function attempt<T>(work: () => Promise<T>): Promise<T | AppError> {
  try {
    return await work();
  } catch (thrown) {
    return asAppError(thrown, 'file-unreadable');
  }
}
