import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheControlOf, contentTypeOf } from '../../contract/transport/servedFiles.ts';

export interface ServedFile {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The built page as a list made once from the folder: a request names an entry of the list exactly, or there is no such
 * file. No path of a request ever reaches the file system, so there is nothing to climb out of; links are left out.
 */
export function servedFolder(root: string): (urlPath: string) => ServedFile | undefined {
  const files = new Map<string, string>();
  for (const file of filesBelow(root)) {
    const urlPath = `/${path.relative(root, file).split(path.sep).join('/')}`;
    if (contentTypeOf(urlPath)) files.set(urlPath, file);
  }
  return (requested) => {
    const urlPath = requested === '/' ? '/index.html' : requested;
    const file = files.get(urlPath);
    const type = contentTypeOf(urlPath);
    if (!file || !type) return undefined;
    return { bytes: readFileSync(file), headers: { 'Content-Type': type, 'Cache-Control': cacheControlOf(urlPath) } };
  };
}

/** Links are neither listed nor followed (the `recursive` option of readdir follows links to folders). */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(file) : entry.isFile() ? [file] : [];
  });
}
