import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';

const folder = path.resolve(import.meta.dirname, '../../../docs/pictures');

/**
 * Keeps a picture of the page for the README, only where GROUNDGLASS_PICTURES=1 asks for it: ordinary runs leave the
 * repository as it is. Pictures show phantoms only.
 */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (process.env.GROUNDGLASS_PICTURES !== '1') return;
  mkdirSync(folder, { recursive: true });
  // Toasts come and go; a picture for readers shows the page.
  await page.waitForTimeout(1_000);
  const dismiss = page.getByRole('button', { name: 'Dismiss' });
  for (let left = await dismiss.count(); left > 0; left -= 1) await dismiss.first().dispatchEvent('click');
  await page.mouse.move(720, 12);
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
}
