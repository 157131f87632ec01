import { randomBytes } from 'node:crypto';

/** `run` -> `run-5f0c...` (80 random bits): fits the contract's Id and a folder name. */
export function newId(prefix: string): string {
  return `${prefix}-${randomBytes(10).toString('hex')}`;
}
