import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { DatasetsPage } from './pages/datasetsPage.ts';
import { ReadPage } from './pages/readPage.ts';
import { TrainPage } from './pages/trainPage.ts';
import { howToRun, isShort } from './support/longTests.ts';
import { shot } from './support/shot.ts';
import { runCommand } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

// Several slices as one case, from labels of whole series to the bars of what each slice counted: brain MR, a lesion in few slices.
test.skip(isShort, howToRun('slices.spec'));
const bench = openWorkbench();
const patients = 40;
const slices = 6;

const Truth = z.object({
  patients: z.array(z.object({ patientId: z.string(), seriesInstanceUid: z.string(), folder: z.string(), className: z.string() })), // biome-ignore format: one shape
});
const Line = z.object({
  scores: z.record(z.string(), z.number()),
  series: z.string(),
  slices: z.array(z.object({ weight: z.number(), imageId: z.string(), cam: z.object({ png: z.string() }) })),
});

const phantoms = (): string => `${bench.folder}/phantoms`;
const truth = () => Truth.parse(JSON.parse(readFileSync(`${phantoms()}/truth.json`, 'utf8'))).patients;
let modelId = '';

const command = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, lines } = await runCommand(bench.folder, ...args);
  expect(code, JSON.stringify(lines.at(-1))).toBe(0);
  return lines.at(-1) as Record<string, unknown>;
};

test.beforeAll(async () => {
  await command('phantom', `--out=${phantoms()}`, `--patients=${patients}`, '--kind=mr-lesion');
  await command('import', phantoms());
  await command('labels', 'import', `${phantoms()}/labels.csv`);
  await bench.page.reload();
});

test('several slices of a series are chosen as a case', async () => {
  const { page } = bench;
  const datasets = new DatasetsPage(page);
  await bench.frame.goTo('Datasets');
  await datasets.startNew();
  await datasets.choose('Target', /^brain-series/);
  await datasets.choose('What stands for a series', /^several slices/);
  await datasets.fill('Slices of a case', slices);
  await datasets.choose('Size', /^64 × 64/);
  await expect(datasets.freezeButton).toBeEnabled({ timeout: 30_000 });
  await shot(page, 'recipe');
  await datasets.freeze();
  const [snapshot] = (await bench.core['datasets.list']({})).snapshots;
  expect(snapshot).toMatchObject({ slices, unit: 'series', cases: patients });
  await expect(page.getByText(`${slices} slices, evenly over the series, together`)).toBeVisible();
  await page.getByLabel('Slice of each case').fill('1');
  await shot(page, 'dataset');
});

test('the plan pools by attention; the network learns', async () => {
  const train = new TrainPage(bench.page);
  await train.planFromDataset();
  const pooling = train.plan.getByLabel(`The ${slices} slices of a case`);
  await expect(pooling).toHaveValue('attention');
  await train.change({ epochs: 12, patience: 12, batchSize: 4, learningRate: 0.003 });
  await pooling.scrollIntoViewIfNeeded();
  await shot(bench.page, 'plan');
  await train.start();
  await train.isDone(240_000);
  await shot(bench.page, 'trained');
});

test('the model is tested on patients it has not seen', async () => {
  const { page } = bench;
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
  await expect(page.getByText('AUROC per case')).toBeVisible({ timeout: 60_000 });
  const [model] = (await bench.core['models.list']({})).models;
  modelId = model?.id ?? '';
  expect(model).toMatchObject({ slices });
  await shot(page, 'evaluation');
});

test('a series gets one answer, a map per slice, and a click leads to the slice that counted most', async () => {
  const { page } = bench;
  const read = new ReadPage(page);
  const [, one] = truth();
  await page.goto(`${page.url().split('#')[0]}#/read/${one?.seriesInstanceUid ?? ''}?model=${modelId}`);
  await read.isShown();
  await read.tab('Model').click();
  await page.getByRole('button', { name: 'Predict this series' }).click();
  const bars = read.model.getByRole('region', { name: 'What each slice counted' });
  await expect(bars).toBeVisible({ timeout: 60_000 });
  await expect(bars.getByRole('button', { name: /^image \d+ of 12/ })).toHaveCount(slices);
  await bars.getByRole('button', { name: /^most: image/ }).click();
  await expect(bars.locator('[aria-current]')).toHaveCount(1);
  await expect(page.getByText(/cells at layer block4/)).toBeVisible();
  await shot(page, 'weights');
  await bars.getByRole('button', { name: /^image 2 of 12/ }).click();
  expect(await read.sliceNumber()).toBe(2);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByText('The model did not look at this slice')).toBeVisible();
  await shot(page, 'between');
});

test('the command line sees the same slices and gives the same scores', async () => {
  const [, one] = truth();
  const out = `${bench.folder}/out`;
  const input = `--input=${phantoms()}/${one?.folder ?? ''}`;
  const { lines } = await runCommand(bench.folder, 'predict', `--model=${modelId}`, input, `--out=${out}`);
  expect(lines).toHaveLength(1);
  const line = Line.parse(lines[0]);
  const { predictions } = await bench.core['predictions.list']({
    seriesInstanceUid: (one?.seriesInstanceUid ?? '') as never,
    modelId,
  });
  expect(predictions).toHaveLength(slices);
  expect(Object.values(line.scores)).toEqual(predictions[0]?.scores);
  expect(line.slices.map(({ imageId, weight }) => ({ imageId, weight }))).toEqual(predictions[0]?.slices);
  expect(line.slices.every(({ cam }) => readFileSync(cam.png).length > 0)).toBe(true);
  const made = await command('dataset', 'create', '--target=brain-series', '--slices=4', '--size=32', '--seed=2');
  const gap = await runCommand(bench.folder, 'train', `--snapshot=${String(made.snapshot)}`, '--backbone=random', '--head=svm', '--pooling=attention'); // biome-ignore format: one command
  expect(gap.code).not.toBe(0);
  expect(JSON.stringify(gap.lines.at(-1))).toContain('learned by epochs');
});
