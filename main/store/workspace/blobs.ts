import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { syncFolder, writeDurably } from './durableFiles.ts';
import type { Blobs } from './workspace.ts';

const keyPattern = /^[0-9a-f]{64}$/;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Blobs in `folder`/<first two characters>/<key>. */
export function openBlobs(folder: string): Blobs {
  const fileOf = (key: string): string => {
    if (!keyPattern.test(key)) throw new AppError('invalid-input', 'A blob key is a SHA-256 in lower-case hex.');
    return join(folder, key.slice(0, 2), key);
  };
  return {
    put(bytes) {
      const key = sha256(bytes);
      const file = fileOf(key);
      if (existsSync(file)) return key;
      mkdirSync(join(folder, key.slice(0, 2)), { recursive: true });
      syncFolder(folder);
      writeDurably(file, bytes);
      return key;
    },
    get(key) {
      const file = fileOf(key);
      if (!existsSync(file)) throw new AppError('not-found', `The workspace has no blob ${key.slice(0, 12)}.`);
      const bytes = readFileSync(file);
      if (sha256(bytes) !== key) throw new AppError('workspace-damaged', `The blob ${key.slice(0, 12)} is damaged.`);
      return bytes;
    },
    has: (key) => existsSync(fileOf(key)),
    keys: () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((file) => basename(file))
        .filter((name) => keyPattern.test(name))
        .sort(),
  };
}
