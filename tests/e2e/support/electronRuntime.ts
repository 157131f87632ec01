import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type ElectronRuntime = { readonly executable: string } | { readonly missing: string };

const root = path.resolve(import.meta.dirname, '../../..');

/** The Electron binary that tests may start, or why there is none. */
export function electronRuntime(): ElectronRuntime {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(root, 'node_modules/electron/dist');
  const pointer = path.join(root, 'node_modules/electron/path.txt');
  const names = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' } as const;
  const usual = process.platform in names ? names[process.platform as keyof typeof names] : 'electron';
  const executable = path.join(folder, existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : usual);
  if (!existsSync(executable))
    return { missing: 'the Electron runtime is not on this machine (npm run setup:electron fetches it)' };
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  return hasDisplay ? { executable } : { missing: 'there is no display for an Electron window' };
}
