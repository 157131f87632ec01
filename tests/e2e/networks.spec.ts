import { expect, test } from '@playwright/test';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();

test('the devices of the machine: found, tested with progress, measured', async () => {
  const { page } = bench;
  await bench.frame.goTo('Settings');
  await page.getByRole('tab', { name: 'Devices' }).click();
  const cpu = page.getByRole('region', { name: 'CPU', exact: true });
  await expect(cpu).toContainText('not tested yet');
  // Where somebody has installed it, it can be tested like the others.
  const tensorflow = page.getByRole('region', { name: 'TensorFlow' });
  await expect(tensorflow).toContainText(/not on this machine.*npm install @tensorflow|Package@tensorflow/s);
  await cpu.getByRole('button', { name: 'Test CPU' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Ten training steps' })).toBeVisible({ timeout: 60_000 });
  await expect(cpu).toContainText('passed its test', { timeout: 180_000 });
  await expect(cpu).toContainText(/Training.*images\/s/);
  await expect(page.getByRole('region', { name: /Training runs on: CPU/ })).toBeVisible();
  const { devices, automatic } = await bench.core['devices.list']({});
  expect(automatic.device).toBe('cpu');
  expect(devices[0]?.lastTest).toMatchObject({ outcome: 'passed', isRepeatable: true });
});

test('a network: from the list to its stages and layers, with keys alone', async () => {
  const { page } = bench;
  await page.goto(`${new URL(page.url()).origin}/#/network`);
  const table = page.getByRole('table', { name: 'Networks' });
  await expect(table.getByRole('row')).toHaveCount(18);
  await table.getByRole('row', { name: /^ResNet-18/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'ResNet-18' })).toBeVisible();
  const stages = page.getByRole('listbox', { name: /Stages of ResNet-18/ });
  await expect(stages.getByRole('option')).toHaveCount(6);
  await stages.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(stages.getByRole('option', { name: 'Stage 3' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('table', { name: 'Layers of Stage 3' })).toContainText(
    '1 × 1 convolution, 128 channels, step 2',
  );
  const place = () => stages.locator('svg > g').getAttribute('transform');
  const before = await place();
  await page.keyboard.press('+');
  expect(await place()).not.toBe(before);
  await page.keyboard.press('Home');
  expect(await place()).toBe(before);
  await page.getByLabel('Image side (px)').selectOption('224');
  await expect(stages).toContainText('512 maps of 7 × 7');
});
