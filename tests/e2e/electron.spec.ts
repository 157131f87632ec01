import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron as electron, expect, test } from '@playwright/test';
import { electronRuntime } from './support/electronRuntime.ts';

const runtime = electronRuntime();
const root = path.resolve(import.meta.dirname, '../..');

test.describe('Electron shell', () => {
  test.skip('missing' in runtime, 'missing' in runtime ? runtime.missing : '');

  test('opens one sandboxed window without Node in the page', async () => {
    if ('missing' in runtime) return;
    execFileSync(process.execPath, [path.join(root, 'electron/launch/build.ts')], { cwd: root });
    const workspace = mkdtempSync(path.join(tmpdir(), 'groundglass-electron-'));
    const app = await electron.launch({ executablePath: runtime.executable, args: [root, `--workspace=${workspace}`] });
    try {
      const page = await app.firstWindow();
      await expect(page).toHaveTitle(/Groundglass/);
      const node = await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis));
      expect(node).toEqual([]);
      expect(new URL(page.url()).protocol).not.toMatch(/^(https?|file):$/);
      expect(app.windows()).toHaveLength(1);
    } finally {
      await app.close();
      rmSync(workspace, { recursive: true, force: true });
    }
  });
});
