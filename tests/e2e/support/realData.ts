import { existsSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../../../../shared/data');

/** A folder of the reference corpora beside the repository. */
export const realData = (...parts: string[]): string => path.join(folder, ...parts);

export const hasRealData = (...parts: string[]): boolean => existsSync(realData(...parts));

export const noRealData = 'the reference corpora (../shared/data) are not on this machine';
