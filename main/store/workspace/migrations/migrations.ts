import type { Migration } from '../migrate.ts';
import { initialSchema } from './0001-initial.ts';
import { relativePaths } from './0002-relative-paths.ts';

/** In order; a released one is never changed again. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'initial', sql: initialSchema },
  { version: 2, name: 'relative-paths', sql: relativePaths },
];
