import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parseAddress } from './address.ts';
import { guarded, openSource } from './openSource.ts';

/** SHA-256 (hex) of what is behind an address; files are not held in memory, entries of archives are. Errors as `openSource`. */
export async function hashSource(address: string): Promise<string> {
  const { filePath, entryPath } = parseAddress(address);
  const hash = createHash('sha256');
  if (entryPath !== undefined) return hash.update(await openSource(address)).digest('hex');
  await guarded(async () => {
    for await (const chunk of createReadStream(filePath, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  });
  return hash.digest('hex');
}
