import { runElectronCore, type ShellPort } from './electronCore.ts';

/** The program that the desktop shell starts as its core process: argument 1 is the workspace folder. */
const { parentPort } = process as { parentPort?: ShellPort };
const workspacePath = process.argv[2];
if (!parentPort || !workspacePath) throw new Error('this program is started by the desktop shell');
await runElectronCore(parentPort, workspacePath);
