import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The SQLite file of a workspace; where it is, there is a workspace. */
export const databaseName = 'groundglass.sqlite';

export const isWorkspace = (folder: string): boolean => existsSync(join(folder, databaseName));
