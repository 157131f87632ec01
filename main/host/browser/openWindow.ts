import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly isRoot: boolean;
  readonly exists: (file: string) => boolean;
}

export interface WindowCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** On Linux a display is named by the environment; a remote shell elsewhere has none, either. */
export function hasDisplay({ platform, env }: Machine): boolean {
  if (env.SSH_CONNECTION && !env.DISPLAY) return false;
  return platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** An app window of an installed Chrome, Edge or Chromium; else whatever opens links here. */
export function windowCommand(url: string, machine: Machine): WindowCommand | undefined {
  if (!hasDisplay(machine)) return undefined;
  const browser = browserPrograms(machine).find((program) => machine.exists(program));
  // Chromium refuses to run as root with its sandbox on, and without it it is not to be used.
  if (browser && !machine.isRoot) return { program: browser, args: [`--app=${url}`, '--no-first-run'] };
  if (machine.platform === 'darwin') return { program: '/usr/bin/open', args: [url] };
  if (machine.platform === 'win32') return { program: 'rundll32', args: ['url.dll,FileProtocolHandler', url] };
  const opener = onPath('xdg-open', machine);
  return opener ? { program: opener, args: [url] } : undefined;
}

function browserPrograms(machine: Machine): string[] {
  const { platform, env } = machine;
  if (platform === 'darwin')
    return ['Google Chrome', 'Microsoft Edge', 'Chromium'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  if (platform === 'win32') {
    const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(
      (folder) => folder !== undefined,
    );
    const programs = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
    return programs.flatMap((program) => folders.map((folder) => path.join(folder, program)));
  }
  const names = ['google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chromium', 'chromium-browser'];
  return names.map((name) => onPath(name, machine)).filter((program) => program !== undefined);
}

function onPath(name: string, { env, exists }: Machine): string | undefined {
  const candidates = (env.PATH ?? '').split(':').map((folder) => path.posix.join(folder || '.', name));
  return candidates.find((candidate) => exists(candidate));
}

export const thisMachine = (): Machine => ({
  platform: process.platform,
  env: process.env,
  isRoot: process.getuid?.() === 0,
  exists: existsSync,
});

/** Starts the window and lets it live on its own; tells whether one could be started. */
export function openWindow(url: string, machine: Machine = thisMachine()): boolean {
  const command = windowCommand(url, machine);
  if (!command) return false;
  const child = spawn(command.program, command.args, { detached: true, stdio: 'ignore' });
  child.on('error', () => console.error('The window could not be opened; open the link above in a browser.'));
  child.unref();
  return true;
}
