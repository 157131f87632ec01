import { expect, test } from '@playwright/test';
import { type Groundglass, startGroundglass, temporaryWorkspace } from './support/startGroundglass.ts';

const workspace = temporaryWorkspace();
let program: Groundglass;

test.beforeAll(async () => {
  program = await startGroundglass(workspace.folder);
});

test.afterAll(async () => {
  expect(await program.stop()).toBe(0);
  workspace.remove();
});

test('an empty workspace opens on the start page, and nothing but this machine is asked', async ({ page }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1') elsewhere.push(request.url());
  });
  await page.goto(program.url);
  await expect(page).toHaveTitle(/Groundglass/);
  await expect(page.getByRole('button', { name: /practice set/i })).toBeVisible();
  expect(elsewhere).toEqual([]);
});

test('a link works once', async ({ page }) => {
  const link = await program.newLink();
  expect((await page.goto(link))?.status()).toBe(200);
  await page.context().clearCookies();
  expect([401, 403]).toContain((await page.goto(link))?.status());
});

test('the program is ended from the page, after asking', async ({ page }) => {
  await page.goto(await program.newLink());
  await page.getByRole('button', { name: 'Help' }).click();
  await page.getByRole('button', { name: 'End Groundglass' }).click();
  const dialog = page.getByRole('dialog', { name: 'End Groundglass?' });
  await dialog.getByRole('button', { name: 'End Groundglass' }).click();
  await expect(page.getByText('Groundglass has ended.')).toBeVisible();
  await expect(page.getByText('Groundglass does not answer.')).toBeVisible();
});
