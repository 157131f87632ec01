import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const depcruise = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const scratch: string[] = [];
afterAll(() => {
  for (const folder of scratch) rmSync(folder, { recursive: true, force: true });
});

function cruise(cwd: string): { code: number | null; output: string } {
  const config = path.join(cwd, '.dependency-cruiser.cjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [depcruise, '--config', config, 'main', 'renderer', 'electron'],
    {
      cwd,
      encoding: 'utf8',
    },
  );
  return { code: status, output: stdout + stderr };
}

/** A small tree with the project's own rules, to see that a broken rule is noticed. */
function houseWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'groundglass-rules-'));
  scratch.push(folder);
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json'])
    copyFileSync(path.join(root, name), path.join(folder, name));
  for (const room of ['main', 'renderer', 'electron']) mkdirSync(path.join(folder, room));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

describe('import rules', () => {
  it('hold in the whole source', () => {
    const { code, output } = cruise(root);
    expect(output).toContain('no dependency violations found');
    expect(code).toBe(0);
  });

  const value = 'export const value = 1;\n';
  it.each([
    ['room:main/domain', { 'main/domain/a.ts': "export { value } from '../store/b.ts';\n", 'main/store/b.ts': value }],
    [
      'room:main/learning/engine',
      { 'main/learning/engine/a.ts': "export { value } from '../../imaging/b.ts';\n", 'main/imaging/b.ts': value },
    ],
    [
      'ui-sees-only-the-contract',
      { 'renderer/client/a.ts': "export { value } from '../../main/app/b.ts';\n", 'main/app/b.ts': value },
    ],
    [
      'features-are-islands',
      {
        'renderer/features/read/a.ts': "export { value } from '../train/b.ts';\n",
        'renderer/features/train/b.ts': value,
      },
    ],
    ['sql-stays-in-the-store', { 'main/app/a.ts': "export { default } from 'better-sqlite3';\n" }],
    [
      'processes-and-sockets-stay-in-the-host',
      { 'main/imaging/a.ts': "export { spawn } from 'node:child_process';\n" },
    ],
    ['tensors-stay-in-the-engine', { 'main/learning/training/a.ts': "export { Tensor } from 'onnxruntime-node';\n" }],
    [
      'no-cycles',
      {
        'main/domain/a.ts': "export { b } from './b.ts';\n",
        'main/domain/b.ts': "import './a.ts';\nexport const b = 1;\n",
      },
    ],
  ])('notice a break of %s', (rule, files) => {
    const { code, output } = cruise(houseWith(files));
    expect(output).toContain(rule);
    expect(code).not.toBe(0);
  });
});
