import { expect, test } from 'vitest';
import { hasDisplay, type Machine, windowCommand } from '../../../main/host/browser/openWindow.ts';

const url = 'http://127.0.0.1:1/?token=x';
const machine = (facts: Partial<Machine>, programs: string[] = []): Machine => ({
  platform: 'linux',
  env: { PATH: '/usr/bin:/opt/bin', DISPLAY: ':0' },
  isRoot: false,
  exists: (file) => programs.includes(file),
  ...facts,
});

test('without a display nothing is opened', () => {
  expect(windowCommand(url, machine({ env: { PATH: '/usr/bin' } }, ['/usr/bin/chromium']))).toBeUndefined();
  expect(hasDisplay(machine({ env: { WAYLAND_DISPLAY: 'wayland-0' } }))).toBe(true);
  expect(hasDisplay(machine({ platform: 'darwin', env: { SSH_CONNECTION: 'a b' } }))).toBe(false);
});

test('an app window of an installed browser comes first', () => {
  const command = windowCommand(url, machine({}, ['/opt/bin/chromium', '/usr/bin/xdg-open']));
  expect(command).toEqual({ program: '/opt/bin/chromium', args: [`--app=${url}`, '--no-first-run'] });
});

test('else what opens links, and root never runs a browser without its sandbox', () => {
  const programs = ['/usr/bin/chromium', '/usr/bin/xdg-open'];
  expect(windowCommand(url, machine({ isRoot: true }, programs))?.program).toBe('/usr/bin/xdg-open');
  expect(windowCommand(url, machine({}, []))).toBeUndefined();
  expect(windowCommand(url, machine({ platform: 'darwin', env: {} }))?.program).toBe('/usr/bin/open');
});

test('Windows finds Chrome or Edge in its usual places', () => {
  const edge = 'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe';
  const env = { PROGRAMFILES: 'C:/Program Files', 'PROGRAMFILES(X86)': 'C:/Program Files (x86)' };
  expect(windowCommand(url, machine({ platform: 'win32', env }, [edge]))?.program).toBe(edge);
});
