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

// Several yes-or-no questions learned by one network: an opacity in the lung, and a wide heart, of the phantoms' films.
test.skip(isShort, howToRun('labelsAtOnce.spec'));
const bench = openWorkbench();
const patients = 60;
const labels = ['film-image', 'film-wide-heart'];
const read = (): ReadPage => new ReadPage(bench.page);

const Truth = z.object({ patients: z.array(z.object({ file: z.string() })) });
const Said = z.object({
  scores: z.record(z.string(), z.number()),
  thresholds: z.record(z.string(), z.number()),
  predicted: z.string(),
});

const command = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, lines } = await runCommand(bench.folder, ...args);
  expect(code, JSON.stringify(lines.at(-1))).toBe(0);
  return lines.at(-1) as Record<string, unknown>;
};

test.beforeAll(async () => {
  const phantoms = `${bench.folder}/phantoms`;
  await command('phantom', `--out=${phantoms}`, `--patients=${patients}`, '--kind=cr');
  await command('import', phantoms);
  await command('labels', 'import', `${phantoms}/labels.csv`);
  await bench.page.reload();
});

test('questions are ticked to be learned at the same time', async () => {
  const datasets = new DatasetsPage(bench.page);
  await bench.frame.goTo('Datasets');
  await datasets.startNew();
  await datasets.choose('Target', /^film-image \(/);
  await expect(datasets.recipe.getByLabel('Positive class')).toBeVisible();
  await datasets.recipe.getByRole('checkbox', { name: 'film-wide-heart' }).check();
  await expect(datasets.recipe.getByLabel('Positive class')).toHaveCount(0);
  await datasets.choose('Size', /^64 × 64/);
  await expect(datasets.freezeButton).toBeEnabled({ timeout: 30_000 });
  await shot(bench.page, 'recipe');
  await datasets.freeze();
  const [snapshot] = (await bench.core['datasets.list']({})).snapshots;
  expect(snapshot).toMatchObject({ task: 'multi-label', classes: labels, target: labels.join(' + '), cases: patients });
  await expect(datasets.pictures('test').first()).toBeVisible();
  await shot(bench.page, 'dataset');
});

test('one small network learns them', async () => {
  const train = new TrainPage(bench.page);
  await train.planFromDataset();
  await train.change({ epochs: 12, patience: 12, batchSize: 8, learningRate: 0.005 });
  await shot(bench.page, 'plan');
  await train.start();
  await expect(train.auroc).toBeVisible({ timeout: 90_000 });
  await train.isDone(240_000);
  await shot(bench.page, 'trained');
});

test('the evaluation gives their mean, and each label by itself', async () => {
  const { page } = bench;
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
  await expect(page.getByText('Mean AUROC of 2 labels, per case')).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole('img', { name: 'ROC curves of each label' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'AUROC by label' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Answers and thresholds by label' })).toContainText('film-wide-heart');
  await shot(page, 'evaluation');
  await page.getByRole('list', { name: 'Most wrong first' }).scrollIntoViewIfNeeded();
  await shot(page, 'cases');
  await bench.frame.goTo('Models');
  await expect(page.getByRole('table', { name: 'Models' })).toContainText(labels.join(', '));
});

test('on an image each label has its score, its threshold and its heat map', async () => {
  const { page } = bench;
  const [model] = (await bench.core['models.list']({})).models;
  const row = (await bench.core['worklist.list']({})).rows[0];
  await page.goto(`${page.url().split('#')[0]}#/read/${row?.seriesInstanceUid}?model=${model?.id}`);
  await read().isShown();
  await read().tab('Model').click();
  await read().model.getByRole('button', { name: 'Predict this image' }).click();
  const scores = read().model.getByRole('region', { name: 'Scores' });
  await expect(scores).toContainText('each label at its own threshold', { timeout: 60_000 });
  await expect(scores.getByTitle(/^threshold/)).toHaveCount(2);
  const seriesInstanceUid = row?.seriesInstanceUid ?? ('' as never);
  const [prediction] = (await bench.core['predictions.list']({ seriesInstanceUid })).predictions;
  for (const value of prediction?.thresholds ?? [])
    await expect(scores.getByTitle(`threshold ${value.toFixed(2)}`).first()).toBeVisible();
  expect(prediction?.thresholds).toHaveLength(2);
  await read().model.getByLabel('Explains the label').selectOption('film-wide-heart');
  await expect(read().model.getByText(/Grad-CAM for “film-wide-heart”/)).toBeVisible({ timeout: 60_000 });
  await shot(page, 'prediction');
});

test('the command line says the same', async () => {
  const [model] = (await bench.core['models.list']({})).models;
  const line = await command('evaluate', `--model=${model?.id ?? ''}`, `--predictions=${bench.folder}/cases.jsonl`);
  expect(line).toMatchObject({
    ...{ task: 'multi-label', labels },
    per_case: {
      macro_auroc: { value: model?.auroc?.value },
      per_label: { 'film-image': { n_yes: expect.any(Number) } },
    },
  });
  const cases = readFileSync(`${bench.folder}/cases.jsonl`, 'utf8').trim().split('\n');
  expect(JSON.parse(cases[0] ?? '{}')).toMatchObject({ true: { 'film-image': expect.any(Boolean) } });
  const folder = `${bench.folder}/phantoms`;
  const { patients: all } = Truth.parse(JSON.parse(readFileSync(`${folder}/truth.json`, 'utf8')));
  const { lines } = await runCommand(bench.folder, 'predict', `--model=${model?.id ?? ''}`, `--input=${folder}/${all[0]?.file ?? ''}`, `--out=${bench.folder}/out`); // biome-ignore format: one command
  const said = Said.parse(lines[0]);
  const yes = labels.filter((label) => (said.scores[label] ?? 0) >= (said.thresholds[label] ?? 1));
  expect(said.predicted).toBe(yes.length > 0 ? yes.join(' + ') : 'none of them');
  const folded = await command(
    'dataset',
    'create',
    '--target=film-image',
    '--task=multilabel',
    '--also=film-wide-heart',
    '--folds=3',
    '--size=32',
  );
  expect(folded).toMatchObject({ counts: { 'fold-1': { 'film-image': {}, 'film-wide-heart': {} } } });
});
