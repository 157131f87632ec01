import type { Migration } from '../migrate.ts';
import { initialSchema } from './0001-initial.ts';
import { relativePaths } from './0002-relative-paths.ts';
import { modalitiesOfDefinitions } from './0003-modalities-of-definitions.ts';
import { fileStates } from './0004-file-states.ts';
import { imagesByContent } from './0005-images-by-content.ts';
import { unevenStacks } from './0006-uneven-stacks.ts';
import { numberQuestions } from './0007-number-questions.ts';

/** In order; a released one is never changed again. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'initial', sql: initialSchema },
  { version: 2, name: 'relative-paths', sql: relativePaths },
  { version: 3, name: 'modalities-of-definitions', sql: modalitiesOfDefinitions },
  { version: 4, name: 'file-states', sql: fileStates },
  { version: 5, name: 'images-by-content', sql: imagesByContent },
  { version: 6, name: 'uneven-stacks', sql: unevenStacks },
  { version: 7, name: 'number-questions', sql: numberQuestions },
];
