import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheControlOf, contentTypeOf } from '../../contract/transport/servedFiles.ts';

export interface ServedFile {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The built page, read once into memory: a request names one of its files exactly, or there is no such file. No path
 * of a request ever reaches the file system, so there is nothing to climb out of, and a build that runs meanwhile
 * changes nothing under a page that is open.
 */
export function servedFolder(root: string): (urlPath: string) => ServedFile | undefined {
  const files = new Map<string, ServedFile>();
  for (const file of filesBelow(root)) {
    const urlPath = `/${path.relative(root, file).split(path.sep).join('/')}`;
    const type = contentTypeOf(urlPath);
    if (!type) continue;
    const headers = { 'Content-Type': type, 'Cache-Control': cacheControlOf(urlPath) };
    files.set(urlPath, { bytes: readFileSync(file), headers });
  }
  return (urlPath) => files.get(urlPath === '/' ? '/index.html' : urlPath);
}

/** Links are neither listed nor followed (the `recursive` option of readdir follows links to folders). */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(file) : entry.isFile() ? [file] : [];
  });
}
