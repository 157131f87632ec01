import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what belongs to this user and machine is kept, not to a workspace. GROUNDGLASS_CONFIG moves it (tests, portable installs). */
export const settingsFolder = (): string => process.env.GROUNDGLASS_CONFIG ?? join(homedir(), '.config', 'groundglass');
