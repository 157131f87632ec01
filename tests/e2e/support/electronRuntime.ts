import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type ElectronRuntime = { readonly executable: string } | { readonly missing: string };

const root = path.resolve(import.meta.dirname, '../../..');
const usualNames: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'electron.exe',
  darwin: 'Electron.app/Contents/MacOS/Electron',
};

/** The Electron binary that tests may start, or why there is none. */
export function electronRuntime(): ElectronRuntime {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(root, 'node_modules/electron/dist');
  const pointer = path.join(root, 'node_modules/electron/path.txt');
  const name = existsSync(pointer)
    ? readFileSync(pointer, 'utf8').trim()
    : (usualNames[process.platform] ?? 'electron');
  const executable = path.join(folder, name);
  if (!existsSync(executable)) return { missing: 'the Electron runtime is not on this machine' };
  if (process.platform !== 'linux') return { executable };
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { missing: 'this machine has no display' };
  return process.getuid?.() === 0 ? { missing: "the window's sandbox does not run as root" } : { executable };
}
