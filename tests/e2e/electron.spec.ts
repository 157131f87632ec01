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
    const workspace = mkdtempSync(path.join(tmpdir(), 'groundglass-electron-'));
    const app = await electron.launch({
      executablePath: runtime.executable,
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root],
      env: { ...process.env, GROUNDGLASS_WORKSPACE: workspace },
    });
    try {
      const page = await app.firstWindow();
      await expect(page).toHaveTitle(/Groundglass/);
      expect(
        await page.evaluate(() => [
          typeof Reflect.get(globalThis, 'require'),
          typeof Reflect.get(globalThis, 'process'),
        ]),
      ).toEqual(['undefined', 'undefined']);
      expect(new URL(page.url()).protocol).not.toMatch(/^https?:$/);
    } finally {
      await app.close();
      rmSync(workspace, { recursive: true, force: true });
    }
  });
});
