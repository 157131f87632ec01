import { expect, test } from '@playwright/test';
import { DatasetsPage } from './pages/datasetsPage.ts';
import { ModelsPage } from './pages/modelsPage.ts';
import { ReadPage } from './pages/readPage.ts';
import { StartPage } from './pages/startPage.ts';
import { TrainPage } from './pages/trainPage.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { keepPicture } from './support/pictures.ts';
import { shot } from './support/shot.ts';
import { openWorkbench } from './support/workbench.ts';

// The whole loop of a newcomer: from an empty workspace to a heat map on the image.
const bench = openWorkbench();
const patients = Number(process.env.GROUNDGLASS_PICTURES === '1' ? 120 : 24);
const start = (): StartPage => new StartPage(bench.page);
const worklist = (): WorklistPage => new WorklistPage(bench.page);
const read = (): ReadPage => new ReadPage(bench.page);
const datasets = (): DatasetsPage => new DatasetsPage(bench.page);
const train = (): TrainPage => new TrainPage(bench.page);
const models = (): ModelsPage => new ModelsPage(bench.page);

test('the empty start page makes a practice set', async () => {
  await expect(start().door('Open images')).toBeVisible();
  await keepPicture(bench.page, '1-start');
  await start().makePracticeSet(patients);
  await expect(worklist().counts).toHaveText(new RegExp(`^${patients} patients, ${patients} series`));
  await expect(start().currentStep()).toHaveText(/Label three/);
  await keepPicture(bench.page, '2-worklist');
});

test('three series are labelled by hand with number keys', async () => {
  await bench.frame.readAs('AB');
  await start().guide.getByRole('button', { name: 'Open a series' }).click();
  await read().isShown();
  for (const [round, digit] of ['1', '2', '1'].entries()) {
    await read().answerByKey('nodule-series', digit);
    if (round === 1) {
      await read().draw('Ellipse', [
        [0.3, 0.42],
        [0.4, 0.55],
      ]);
      await bench.page.keyboard.press('Control+z');
      await expect(read().marks()).toHaveCount(0);
      await read().tab('Questions').click();
      await bench.page.keyboard.press('Escape');
      await keepPicture(bench.page, '3-read');
    }
    if (round < 2) await read().goOn('KeyN');
  }
  await expect(start().currentStep()).toHaveText(/Import the rest/);
});

test('the remaining labels are imported from the guide', async () => {
  await start().guide.getByRole('button', { name: 'Import the labels' }).click();
  await expect(start().currentStep()).toHaveText(/Freeze a data set/, { timeout: 60_000 });
});

test('a dataset of lesion crops is frozen, patients apart', async () => {
  await start().guide.getByRole('button', { name: 'Go to Datasets' }).click();
  await datasets().startNew();
  await datasets().choose('Target', /^nodule \(one answer per lesion\)/);
  await datasets().fill('Side of the square (mm)', 70);
  await datasets().choose('Size', /^64 × 64/);
  await expect(bench.page.getByRole('list', { name: 'From images to cases' })).toBeVisible();
  await datasets().freeze();
  const [snapshot] = (await bench.core['datasets.list']({})).snapshots;
  expect(snapshot).toMatchObject({ target: 'nodule', unit: 'lesion', size: 64, patients });
  for (const part of ['training', 'validation', 'test']) await expect(datasets().pictures(part).first()).toBeVisible();
  await keepPicture(bench.page, '4-dataset');
});

test('a small network trains with live curves and time left', async () => {
  await train().planFromDataset();
  await train().change({ epochs: patients > 24 ? 20 : 14, patience: 20, batchSize: 8, learningRate: 0.002 });
  await train().start();
  await expect(train().progress).toContainText(/epoch \d+ of \d+/);
  await expect(train().progress).toContainText(/left/, { timeout: 60_000 });
  await expect(train().loss).toBeVisible({ timeout: 60_000 });
  await expect(train().auroc).toBeVisible();
  if (patients > 24) await expect.poll(() => train().epochsDrawn(), { timeout: 120_000 }).toBeGreaterThanOrEqual(9);
  await keepPicture(bench.page, '5-train');
  await train().isDone(180_000);
  await expect(bench.page.getByRole('region', { name: 'What the curves say' })).toContainText(/[a-z]+ .+\./);
});

test('the evaluation gives AUROC with its interval, and a confusion cell shows its images', async () => {
  await train().button('Evaluate').click();
  const { value, low, high } = await models().auroc();
  expect(low).toBeLessThanOrEqual(value);
  expect(high).toBeGreaterThanOrEqual(value);
  await expect(models().headline).toContainText(/n = \d+/);
  await keepPicture(bench.page, '6-result');
  const { cell, cases } = await models().fullestCell();
  await cell.click();
  await expect(cell).toHaveAttribute('aria-pressed', 'true');
  await expect(models().cases()).toHaveCount(cases);
});

test('the heat map lies on the image; its opacity follows the slider', async () => {
  await models().cases().first().click();
  await read().isShown();
  const plain = await read().pixels();
  expect(plain.colourful).toBe(0);
  await read().lesions.or(read().tab('Lesions')).first().waitFor();
  await read().tab('Lesions').click();
  await read().lesions.getByRole('button').first().click();
  await read().tab('Model').click();
  await read().model.getByRole('button', { name: 'Predict this image' }).click();
  await expect(read().model.getByRole('region', { name: 'Scores' })).toContainText('Says', { timeout: 60_000 });
  await expect(
    read()
      .viewport()
      .getByRole('figure', { name: /^Heat map scale/ }),
  ).toBeVisible();
  await expect.poll(async () => (await read().pixels()).colourful).toBeGreaterThan(0.001);
  const half = await read().pixels();
  await keepPicture(bench.page, '7-heat-map');

  const opacity = read().model.getByRole('slider', { name: 'Opacity' });
  await opacity.fill('1');
  await expect.poll(async () => (await read().pixels()).colourStrength).toBeGreaterThan(half.colourStrength * 1.1);
  await opacity.fill('0.1');
  await expect.poll(async () => (await read().pixels()).colourStrength).toBeLessThan(half.colourStrength * 0.7);
  await bench.page.keyboard.press('Escape');
  await read().model.getByRole('switch', { name: 'Heat map' }).uncheck({ force: true });
  await expect.poll(async () => (await read().pixels()).colourful).toBe(0);
});

test('the mean over several views of the picture, and back to one', async () => {
  const { model } = read();
  const views = model.getByLabel('Views of the picture');
  const scores = model.getByRole('region', { name: 'Scores' });
  const scoreTexts = () => scores.getByRole('status').allTextContents();
  const single = await scoreTexts();
  await views.selectOption('small');
  await expect(scores).toContainText('The mean of 7 views: turned by ±5°, shifted by ±3 % of the side.');
  await shot(bench.page, 'views');
  await views.selectOption('none');
  await expect(scores).not.toContainText('views');
  expect(await scoreTexts()).toEqual(single);
});
