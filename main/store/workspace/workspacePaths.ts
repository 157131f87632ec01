import { realpathSync } from 'node:fs';
import { join, posix, resolve, sep, win32 } from 'node:path';

/**
 * What lies inside the workspace folder is stored relative to it, with forward slashes, so that the folder may be
 * renamed, moved or restored elsewhere; what lies outside is stored as it is. Works for addresses
 * (`archive.zip!/inner`), too: only the start of the text is looked at.
 */
export interface WorkspacePaths {
  toStored(path: string): string;
  /** Absolute. */
  fromStored(stored: string): string;
}

/** A path of whatever system the workspace was used on before. */
const isAbsolute = (path: string): boolean => posix.isAbsolute(path) || win32.isAbsolute(path);

export function workspacePaths(folder: string): WorkspacePaths {
  const root = resolve(folder);
  // Files may have been found through a link to the workspace, or the workspace been opened through one.
  const starts = [...new Set([root, realpathSync(root)])].map((path) => (path.endsWith(sep) ? path : path + sep));
  return {
    toStored(path) {
      const start = starts.find((known) => path.startsWith(known));
      if (start === undefined) return path;
      const inner = path.slice(start.length);
      return sep === '/' ? inner : inner.replaceAll(sep, '/');
    },
    fromStored: (stored) => (isAbsolute(stored) ? stored : join(root, stored)),
  };
}

/** The file on the disk behind an address: of `a/b.zip!/inner` that is `a/b.zip`. */
export const fileOfAddress = (address: string): string => /^(.*?\.zip)!\//is.exec(address)?.[1] ?? address;
