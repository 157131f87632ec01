import { expect, test } from '@playwright/test';
import { TrainPage } from './pages/trainPage.ts';
import { openFilmDataset } from './support/filmDataset.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();

test.beforeAll(async () => {
  await bench.page.setViewportSize({ width: 1500, height: 950 });
  await openFilmDataset(bench, 96);
  await new TrainPage(bench.page).planFromDataset();
});

const preview = () => bench.page.getByRole('region', { name: 'What training would see' });
const variant = (i: number) => preview().getByRole('img', { name: new RegExp(`^variant ${i}\\b`) });
const shown = async (i: number): Promise<string> =>
  variant(i).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const slider = (name: string) => bench.page.getByRole('slider', { name });

test('shows a training case beside eight of its variants, and others when reshuffled', async () => {
  await expect(preview().getByRole('img')).toHaveCount(9);
  await preview().scrollIntoViewIfNeeded();
  const before = await shown(1);
  expect(await shown(2)).not.toBe(before);
  await preview().getByRole('button', { name: 'Reshuffle' }).click();
  await expect.poll(() => shown(1)).not.toBe(before);
  await bench.page.screenshot({ path: test.info().outputPath('proposal.png') });
});

test('follows a preset and its amounts', async () => {
  await bench.page.getByLabel('Preset').selectOption('few-cases');
  await expect(slider('Elastic deformation')).toHaveValue('0.02');
  await expect(slider('Size of its waves')).toBeVisible();
  const before = await shown(3);
  await slider('Noise').fill('0.5');
  await expect.poll(() => shown(3)).not.toBe(before);
  await expect(bench.page.getByLabel('Preset')).toHaveValue('own');
  await expect(slider('Narrower window')).toBeDisabled();
});

test('tells which answers are mixed, by how much', async () => {
  await bench.page.getByLabel('Preset').selectOption('none');
  await slider('Cutmix').fill('1');
  await expect(preview().locator('figcaption').filter({ hasText: /\d+ %/ })).toHaveCount(8);
  await expect(preview().getByRole('img', { name: /^mixed with case \d+, (normal|opacity)/ })).toHaveCount(8);
  await preview().scrollIntoViewIfNeeded();
  await bench.page.screenshot({ path: test.info().outputPath('cutmix.png') });
});

test('warns of mirrors of whole patients', async () => {
  await bench.page.getByLabel('Preset').selectOption('chest-radiograph');
  await expect(bench.page.getByText('heart, liver and spleen')).toHaveCount(0);
  await bench.page.getByRole('switch', { name: 'Mirror left to right' }).click();
  await expect(bench.page.getByText('heart, liver and spleen')).toBeVisible();
  await bench.page.screenshot({ path: test.info().outputPath('warning.png') });
  await bench.page.getByRole('switch', { name: 'Mirror left to right' }).click();
});

test('trains with what is shown', async () => {
  await slider('Mixup').fill('0.4');
  await new TrainPage(bench.page).change({ epochs: 2 });
  await new TrainPage(bench.page).start();
  await new TrainPage(bench.page).isDone(120_000);
  const id = /train\/([^?]+)/.exec(bench.page.url())?.[1] ?? '';
  const { config } = await bench.core['runs.get']({ runId: id });
  expect(config.augmentation).toMatchObject({ mixup: 0.4, gamma: 0.2, flipHorizontal: false });
});

test('averages views of each picture where a test asks for it, and mirrors only where training did', async () => {
  await new TrainPage(bench.page).button('Open the model').click();
  const views = bench.page.getByLabel('Views of each picture');
  await expect(views.getByRole('option')).toHaveCount(2);
  await expect(bench.page.getByText('Not mirrored: The model was trained without')).toBeVisible();
  await views.selectOption('small');
  await bench.page.screenshot({ path: test.info().outputPath('views.png') });
  await new TrainPage(bench.page).button('Evaluate').click();
  await expect(bench.page.locator('.headline-number')).toContainText('mean of 7 views', { timeout: 60_000 });
  await bench.page.screenshot({ path: test.info().outputPath('tested.png') });
});
