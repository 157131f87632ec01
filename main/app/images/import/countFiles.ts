import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * About how many files a walk will meet, for the progress bar: names only, without the insides of archives and whatever markers
 * keep out. Stops quietly when aborted; a folder that cannot be read counts nothing, the walk itself will tell.
 */
export async function countFiles(paths: readonly string[], signal: AbortSignal): Promise<number> {
  const visited = new Set<string>();
  let files = 0;
  const countFolder = async (folder: string): Promise<void> => {
    if (signal.aborted) return;
    const real = await realpath(folder).catch(() => folder);
    if (visited.has(real)) return;
    visited.add(real);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory()) await countFolder(path.join(folder, entry.name));
      else if (!entry.isSymbolicLink()) files += 1;
      else await countOne(path.join(folder, entry.name));
    }
  };
  const countOne = async (file: string): Promise<void> => {
    const info = await stat(file).catch(() => undefined);
    if (info?.isDirectory()) await countFolder(file);
    else files += 1;
  };
  for (const given of paths) await countOne(path.resolve(given));
  return files;
}
