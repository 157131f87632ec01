import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { duration } from '../../../main/host/cli/output.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const cli = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(root, 'main/host/cli/cli.ts'), ...args], { encoding: 'utf8' });

test('help lists every command and ends with 0', () => {
  const { status, stdout } = cli('--help');
  expect(status).toBe(0);
  for (const name of [
    'inspect',
    'import',
    'series',
    'labels',
    'dataset',
    'train',
    'evaluate',
    'predict',
    'phantom',
    'doctor',
    'serve',
  ])
    expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

test.each([
  [['nothing', '--json']],
  [['train', '--json']],
  [['train', '--snapshot', 'x', '--epochs', 'many', '--json']],
  [['inspect', '--json']],
  [['import', '--json']],
  [['labels', 'burn', '--json']],
  [['predict', '--model', 'm', '--json']],
  [['phantom', '--out', '/nowhere', '--kind', 'unicorn', '--json']],
])('bad usage %j ends with 2 and one JSON line', (argv) => {
  const { status, stdout } = cli(...argv);
  expect(status).toBe(2);
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: { code: 'invalid-input' } });
});

test.each(['verify', 'backup'])('%s of a mistyped workspace fails and makes none', (name) => {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'groundglass-cli-')), 'typo');
  const argv = name === 'backup' ? ['--out', `${folder}-copy`] : [];
  const { status, stdout } = cli(name, ...argv, '--workspace', folder, '--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not-found' } });
  expect(readdirSync(path.dirname(folder))).toEqual([]);
  rmSync(path.dirname(folder), { recursive: true });
});

test('a command says how it is used', () => {
  expect(cli('train', '--help').stdout).toContain('--snapshot ID|DIR');
});

test('durations read as a person says them', () => {
  expect([4.4, 200, 7500].map(duration)).toEqual(['4 s', '3 min 20 s', '2 h 5 min']);
});
