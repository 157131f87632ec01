import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findRuntime, installedRuntime, whyNoWindow } from '../../../electron/launch/electronRuntime.ts';

test('without a display or as root no window is tried and nothing is downloaded', async () => {
  const said: string[] = [];
  const headless = { platform: 'linux', env: {}, isRoot: false } as const;
  expect(await findRuntime(headless, (line) => said.push(line))).toEqual({ reason: 'this machine has no display' });
  expect(whyNoWindow({ platform: 'linux', env: { DISPLAY: ':0' }, isRoot: true })).toContain('root');
  expect(whyNoWindow({ platform: 'linux', env: { DISPLAY: ':0' }, isRoot: false })).toBeUndefined();
  expect(whyNoWindow({ platform: 'win32', env: {}, isRoot: false })).toBeUndefined();
  expect(said).toEqual([]);
});

test('a runtime that is there is found', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'groundglass-'));
  expect(installedRuntime({}, folder)).toBeUndefined();
  fs.writeFileSync(path.join(folder, 'path.txt'), 'Electron.app/Electron');
  const program = path.join(folder, 'dist/Electron.app/Electron');
  fs.mkdirSync(path.dirname(program), { recursive: true });
  fs.writeFileSync(program, '');
  expect(installedRuntime({}, folder)).toBe(program);
  const other = path.join(folder, 'other');
  expect(installedRuntime({ ELECTRON_OVERRIDE_DIST_PATH: other }, folder)).toBeUndefined();
});
