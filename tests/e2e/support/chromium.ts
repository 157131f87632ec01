import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const onPath = (names: readonly string[]): string[] =>
  (process.env.PATH ?? '').split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name)));

function usualPlaces(): string[] {
  switch (process.platform) {
    case 'win32':
      return [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          path.join(folder, 'Google/Chrome/Application/chrome.exe'),
          path.join(folder, 'Microsoft/Edge/Application/msedge.exe'),
          path.join(folder, 'Chromium/Application/chrome.exe'),
        ]);
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    default:
      return onPath(['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge']);
  }
}

/** Path of an installed Chrome, Chromium or Edge: CHROME_PATH first, then the usual places; undefined where there is none. */
export function findChromium(): string | undefined {
  const named = process.env.CHROME_PATH;
  if (named && !existsSync(named)) throw new Error(`CHROME_PATH names ${named}, which is not there.`);
  return named || usualPlaces().find((place) => existsSync(place));
}

/** Playwright's own Chromium where it has been downloaded before. */
async function playwrightChromium(): Promise<string | undefined> {
  const { chromium } = await import('@playwright/test');
  const place = chromium.executablePath();
  return existsSync(place) ? place : undefined;
}

function attempt(command: string, parameters: readonly string[], minutes: number): boolean {
  const isWindows = process.platform === 'win32';
  return spawnSync(command, parameters, { stdio: 'ignore', timeout: minutes * 60_000, shell: isWindows }).status === 0;
}

/**
 * A browser for the tests: an installed one, else Playwright's download, else Debian's package where we are root.
 * @throws Error with one clear sentence where none of that gives a browser.
 */
export async function ensureChromium(): Promise<string> {
  const ready = findChromium() ?? (await playwrightChromium());
  if (ready) return ready;
  if (attempt('npx', ['--no-install', 'playwright', 'install', 'chromium'], 3)) {
    const downloaded = await playwrightChromium();
    if (downloaded) return downloaded;
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    attempt('apt-get', ['update', '-qq'], 3);
    attempt('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], 6);
    const packaged = findChromium();
    if (packaged) return packaged;
  }
  throw new Error('No browser for the end-to-end tests: install Chrome, Chromium or Edge, or name one in CHROME_PATH.');
}

/** Flags that keep a browser quiet on the network and let it run as root in a container. */
export function chromiumArguments(): string[] {
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-domain-reliability',
    '--disable-sync',
    '--disable-quic',
    '--disable-features=MediaRouter,OptimizationHints,Translate',
    '--metrics-recording-only',
    '--no-first-run',
    '--no-pings',
  ];
  const isRoot = process.getuid?.() === 0;
  return isRoot ? [...quiet, '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] : quiet;
}
