import { join } from 'node:path';
import type { FormTrials } from '../../contract/lowerings.ts';
import { readForms } from '../../learning/engine/forms/formsFile.ts';
import { settingsFolder } from '../system/settingsFolder.ts';

/** What short trials of trainings have found on this user's machines; beside the results of device tests. */
export const formsFile = (): string => join(settingsFolder(), 'lowerings.json');

/** Of this machine, with the engine and processor it has now. */
export const formTrials = (): FormTrials[] =>
  readForms(formsFile()).map(({ threads, measuredAt, forms }) => ({ threads, measuredAt, forms: [...forms] }));
