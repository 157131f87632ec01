import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundles.ts';

const electronFolder = path.join(root, 'node_modules/electron');
const failureFile = path.join(root, 'node_modules/.cache/groundglass/electron-download.json');
const downloadLimitMs = 20_000;

/** Where the Electron program is, or in one sentence why there is none. */
export type Runtime = { readonly program: string } | { readonly reason: string };

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly isRoot: boolean;
}

/** Why a window cannot be opened here, whatever is installed; looked at first, so that nothing is downloaded in vain. */
export function whyNoWindow({ platform, env, isRoot }: Surroundings): string | undefined {
  if (platform !== 'linux') return undefined;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'this machine has no display';
  if (isRoot) return "the desktop window's sandbox does not run as root";
  return undefined;
}

/** The runtime that is on this machine already: ELECTRON_OVERRIDE_DIST_PATH, or what Electron's downloader left. */
export function installedRuntime(env: NodeJS.ProcessEnv, folder = electronFolder): string | undefined {
  const pathFile = path.join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const distribution = env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(folder, 'dist');
  const program = path.join(distribution, name);
  return existsSync(program) ? program : undefined;
}

/** The one exception to "no network": Electron's own downloader is asked once, and a failure is remembered. */
export async function findRuntime(surroundings: Surroundings, say: (line: string) => void): Promise<Runtime> {
  const reason = whyNoWindow(surroundings);
  if (reason) return { reason };
  const installed = installedRuntime(surroundings.env);
  if (installed) return { program: installed };
  if (!existsSync(path.join(electronFolder, 'install.js'))) return { reason: 'the electron package is not installed' };
  if (hasFailedBefore())
    return { reason: 'the Electron runtime could not be downloaded before (npm run setup:electron tries again)' };
  say('Asking for the Electron runtime, 20 seconds at most ...');
  return downloadRuntime(surroundings.env);
}

export async function downloadRuntime(env: NodeJS.ProcessEnv, limitMs = downloadLimitMs): Promise<Runtime> {
  const hasEnded = await runDownloader(limitMs);
  const program = installedRuntime(env);
  if (hasEnded && program) {
    rmSync(failureFile, { force: true });
    return { program };
  }
  mkdirSync(path.dirname(failureFile), { recursive: true });
  writeFileSync(failureFile, JSON.stringify({ version: electronVersion(), at: new Date().toISOString() }));
  return { reason: 'the Electron runtime could not be downloaded (npm run setup:electron tries again)' };
}

function runDownloader(limitMs: number): Promise<boolean> {
  const child = spawn(process.execPath, ['install.js'], { cwd: electronFolder, stdio: 'ignore' });
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('error', () => resolve(false));
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

/** A failure counts for the version it happened with. */
function hasFailedBefore(): boolean {
  if (!existsSync(failureFile)) return false;
  const remembered: unknown = JSON.parse(readFileSync(failureFile, 'utf8'));
  return (
    typeof remembered === 'object' &&
    remembered !== null &&
    'version' in remembered &&
    remembered.version === electronVersion()
  );
}

function electronVersion(): string {
  const facts: unknown = JSON.parse(readFileSync(path.join(electronFolder, 'package.json'), 'utf8'));
  return typeof facts === 'object' && facts !== null && 'version' in facts ? String(facts.version) : 'unknown';
}
