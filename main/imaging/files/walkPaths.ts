import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type AppError, asAppError } from '../../domain/errors.ts';
import { formatAddress, isDicomdirName, isTarName, isZipName } from './address.ts';
import { type IsIgnored, ignoreFileName, readIgnoreRules } from './ignoreRules.ts';
import { guarded } from './openSource.ts';
import { ZipArchive } from './zipArchive.ts';

/**
 * One file met on a walk; nothing of it has been read. `relativePath` has forward slashes and is relative to the given path's
 * folder: what the `file` column of a CSV names. Size and time (whole ms) are those of the file on the disk; entries of a zip
 * have their own size and the time of the archive.
 */
export type FoundFile =
  | (Place & {
      readonly kind: 'file';
      readonly sizeBytes: number;
      readonly modifiedMs: number;
      readonly isNamed: boolean;
    })
  /** Its contents have to be copied out first. */
  | (Place & { readonly kind: 'tar'; readonly sizeBytes: number; readonly isNamed: boolean })
  /** An index of the files beside it; `isNamed`: only those it names are wanted. */
  | (Place & { readonly kind: 'dicomdir'; readonly isNamed: boolean })
  | (Place & { readonly kind: 'ignored'; readonly reason: string })
  | (Place & { readonly kind: 'rejected'; readonly error: AppError });

interface Place {
  readonly address: string;
  readonly relativePath: string;
}

/** A folder on the way, with what its markers and those above keep out. */
interface Folder {
  readonly path: string;
  readonly root: string;
  readonly rules: readonly { readonly from: string; readonly isIgnored: IsIgnored }[];
}

/**
 * Files, folders (recursive, each folder once even through symbolic links) and the entries of zip archives, by path. Holds no
 * more than one folder's names at a time for each level. Never throws for a file: it is `rejected` with file-not-found,
 * file-unreadable or limit-exceeded. What a `.groundglass-ignore` of its folder, or of one above, names is passed over.
 */
export async function* walkPaths(paths: readonly string[]): AsyncGenerator<FoundFile> {
  const visited = new Set<string>();
  for (const given of paths) {
    const start = path.resolve(given);
    const info = await attempt(() => guarded(() => stat(start)));
    const name = path.basename(start);
    if ('code' in info) yield { kind: 'rejected', address: start, relativePath: name, error: info };
    else if (info.isDirectory()) yield* walkFolder({ path: start, root: start, rules: [] }, visited);
    else yield* walkFile(start, path.dirname(start), info, true);
  }
}

async function* walkFolder(folder: Folder, visited: Set<string>): AsyncGenerator<FoundFile> {
  const listed = await attempt(() =>
    guarded(async () => ({
      real: await realpath(folder.path),
      names: await readdir(folder.path),
      own: await readIgnoreRules(folder.path),
    })),
  );
  if ('code' in listed) {
    yield { kind: 'rejected', address: folder.path, relativePath: relativeTo(folder.root, folder.path), error: listed };
    return;
  }
  if (visited.has(listed.real)) return;
  visited.add(listed.real);
  const rules = listed.own ? [...folder.rules, { from: folder.path, isIgnored: listed.own }] : folder.rules;
  for (const name of listed.names.sort((a, b) => (a < b ? -1 : 1))) {
    if (name === ignoreFileName) continue;
    const full = path.join(folder.path, name);
    if (rules.some(({ from, isIgnored }) => isIgnored(relativeTo(from, full)))) continue;
    const info = await attempt(() => guarded(() => stat(full)));
    if ('code' in info)
      yield { kind: 'rejected', address: full, relativePath: relativeTo(folder.root, full), error: info };
    else if (info.isDirectory()) yield* walkFolder({ path: full, root: folder.root, rules }, visited);
    else if (info.isFile()) yield* walkFile(full, folder.root, info, false);
  }
}

interface FileInfo {
  readonly size: number;
  readonly mtimeMs: number;
}

async function* walkFile(file: string, root: string, info: FileInfo, isNamed: boolean): AsyncGenerator<FoundFile> {
  const place = { address: file, relativePath: relativeTo(root, file) };
  const facts = { sizeBytes: info.size, modifiedMs: Math.trunc(info.mtimeMs), isNamed };
  const name = path.basename(file);
  if (isTarName(name)) yield { kind: 'tar', ...place, sizeBytes: info.size, isNamed };
  else if (isDicomdirName(name)) yield { kind: 'dicomdir', ...place, isNamed };
  else if (!isZipName(name)) yield { kind: 'file', ...place, ...facts };
  else yield* walkZip(file, place.relativePath, facts.modifiedMs, isNamed);
}

/** An archive named by the user is a root of its own: CSV paths are relative to its inside. */
async function* walkZip(
  file: string,
  relativePath: string,
  modifiedMs: number,
  isNamed: boolean,
): AsyncGenerator<FoundFile> {
  const archive = await attempt(() => ZipArchive.open(file));
  if (!(archive instanceof ZipArchive)) {
    yield { kind: 'rejected', address: file, relativePath, error: archive };
    return;
  }
  archive.close();
  const placeOf = (entryPath: string): Place => ({
    address: formatAddress({ filePath: file, entryPath }),
    relativePath: isNamed ? entryPath : `${relativePath}!/${entryPath}`,
  });
  for (const { path: entryPath, error } of archive.refused) yield { kind: 'rejected', ...placeOf(entryPath), error };
  for (const { path: entryPath, size } of archive.entries) {
    const isIndex = isDicomdirName(path.posix.basename(entryPath));
    if (isIndex) yield { kind: 'ignored', ...placeOf(entryPath), reason: dicomdirReason };
    else yield { kind: 'file', ...placeOf(entryPath), sizeBytes: size, modifiedMs, isNamed: false };
  }
}

export const dicomdirReason = 'DICOMDIR: its files are read instead';

function relativeTo(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join('/');
}

async function attempt<T extends object>(work: () => Promise<T>): Promise<T | AppError> {
  try {
    return await work();
  } catch (thrown) {
    return asAppError(thrown, 'file-unreadable');
  }
}
