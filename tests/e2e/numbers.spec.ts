import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { DatasetsPage } from './pages/datasetsPage.ts';
import { ReadPage } from './pages/readPage.ts';
import { TrainPage } from './pages/trainPage.ts';
import { shot } from './support/shot.ts';
import { runCommand } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

// A number with a unit, from the question over typed answers to a tested model: how wide the heart of a phantom's film is.
const bench = openWorkbench();
const patients = 48;
const question = 'film-width-of-heart';
const read = (): ReadPage => new ReadPage(bench.page);

const Truth = z.object({ patients: z.array(z.object({ file: z.string(), number: z.number() })) });

const command = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, lines } = await runCommand(bench.folder, ...args);
  expect(code, JSON.stringify(lines.at(-1))).toBe(0);
  return lines.at(-1) as Record<string, unknown>;
};

test.beforeAll(async () => {
  const phantoms = `${bench.folder}/phantoms`;
  await command('phantom', `--out=${phantoms}`, `--patients=${patients}`, '--kind=cr');
  await command('import', phantoms);
  await bench.page.reload();
});

test('a question asks for a number with a unit and a range', async () => {
  const { page } = bench;
  await bench.frame.readAs('AB');
  await bench.frame.goTo('Settings');
  await page.getByRole('tab', { name: /abel/ }).click();
  await page.getByRole('button', { name: 'New question' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Question', { exact: true }).fill(question);
  await dialog.getByLabel('What it is about').selectOption({ label: 'Each single image' });
  await dialog.getByLabel('The answer is').selectOption({ label: 'a number' });
  await dialog.getByLabel('Unit').fill('%');
  await dialog.getByLabel('Least').fill('200');
  await expect(dialog.getByText('The range goes from less to more.')).toBeVisible();
  await dialog.getByLabel('Least').fill('0');
  await shot(page, 'question');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: new RegExp(question) })).toContainText('a number, 0 to 100 %');
});

test('it is answered by typing: digits, Enter, next; what is out of range is not taken', async () => {
  const { page } = bench;
  await bench.frame.goTo('Worklist');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await read().isShown();
  const field = page.getByRole('textbox', { name: `Answer to ${question}, %` });
  await page.keyboard.type('41,5');
  await expect(field).toHaveValue('41,5');
  await page.keyboard.press('Enter');
  await expect(read().question(question).getByText('saved', { exact: true })).toBeVisible();
  await expect(field).toHaveValue('41.5');
  await shot(page, 'answered');
  await read().goOn('Enter');
  await expect(field).toHaveValue('');
  await page.keyboard.type('141');
  await expect(page.getByRole('alert')).toHaveText('141 is not from 0 to 100 %.');
  await shot(page, 'refused');
  await page.keyboard.press('Enter');
  await expect(field).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(field).toHaveValue('');
  await expect(read().question(question).getByText('saved', { exact: true })).toHaveCount(0);
  await page.keyboard.press('Control+z');
  const series = read().seriesInstanceUid;
  const { labels } = await bench.core['labels.list']({ seriesInstanceUid: series as never });
  expect(labels).toEqual([]);
});

test('the dataset of a number is chosen by its question, and spread alike over the parts', async () => {
  await command('labels', 'import', `${bench.folder}/phantoms/labels.csv`);
  await bench.page.reload();
  const datasets = new DatasetsPage(bench.page);
  await bench.frame.goTo('Datasets');
  await datasets.startNew();
  await datasets.choose('Target', /^film-width-of-heart \(a number in % per image\)/);
  await expect(datasets.recipe.getByLabel('Positive class')).toHaveCount(0);
  await datasets.choose('Size', /^64 × 64/);
  await expect(datasets.freezeButton).toBeEnabled({ timeout: 30_000 });
  await shot(bench.page, 'recipe');
  await datasets.freeze();
  const [snapshot] = (await bench.core['datasets.list']({})).snapshots;
  expect(snapshot).toMatchObject({ task: 'regression', classes: [question], number: { unit: '%' }, cases: patients });
  await expect(datasets.pictures('test').first()).toBeVisible();
  await shot(bench.page, 'dataset');
});

test('a small network learns it; the mean error is drawn in its unit', async () => {
  const train = new TrainPage(bench.page);
  await train.planFromDataset();
  await train.change({ epochs: 12, patience: 12, batchSize: 8, learningRate: 0.005 });
  await shot(bench.page, 'plan');
  await train.start();
  await expect(bench.page.getByRole('figure', { name: 'Mean distance from the truth over epochs' })).toBeVisible({
    timeout: 90_000,
  });
  await train.isDone(240_000);
  await shot(bench.page, 'trained');
});

test('the evaluation gives errors in the unit, two plots and agreement', async () => {
  const { page } = bench;
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
  await expect(page.getByText(`Mean error of ${question}, per case`)).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole('img', { name: /^Predicted against true/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Difference of model and truth/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /^ROC/ })).toHaveCount(0);
  await page.getByText(`Mean error of ${question}, per case`).scrollIntoViewIfNeeded();
  await shot(page, 'evaluation');
  await page.getByRole('img', { name: /^Difference of model and truth/ }).scrollIntoViewIfNeeded();
  await shot(page, 'plots');
  await page.getByRole('list', { name: 'Furthest off first' }).scrollIntoViewIfNeeded();
  await shot(page, 'cases');
  await bench.frame.goTo('Models');
  await expect(page.getByRole('table', { name: 'Models' })).toContainText('mean error');
  await shot(page, 'models');
});

test('the model says its number with its unit on an image, and shows where it looked', async () => {
  const { page } = bench;
  const [model] = (await bench.core['models.list']({})).models;
  expect(model).toMatchObject({ task: 'regression', meanAbsoluteError: { value: expect.any(Number) } });
  const row = (await bench.core['worklist.list']({})).rows[0];
  await page.goto(`${page.url().split('#')[0]}#/read/${row?.seriesInstanceUid}?model=${model?.id}`);
  await read().isShown();
  await read().tab('Model').click();
  await read()
    .model.getByRole('button', { name: /^Predict|this image/i })
    .first()
    .click();
  await expect(read().model.getByRole('region', { name: 'Scores' })).toContainText(/\d+\.\d %/, { timeout: 60_000 });
  await expect(read().model.getByLabel('Explains the class')).toHaveCount(0);
  await expect(read().model.getByText(/Grad-CAM for “film-width-of-heart”/)).toBeVisible();
  await shot(page, 'prediction');
});

test('the command line says the same', async () => {
  const [model] = (await bench.core['models.list']({})).models;
  const line = await command('evaluate', `--model=${model?.id ?? ''}`, `--predictions=${bench.folder}/cases.jsonl`);
  expect(line).toMatchObject({
    ...{ task: 'regression', number: { name: question, unit: '%' } },
    per_case: {
      mean_absolute_error: { value: model?.meanAbsoluteError?.value },
      limits_of_agreement: [expect.any(Number), expect.any(Number)],
    },
    baselines: [{ name: 'mean' }, { name: 'linear-32x32' }],
  });
  const cases = readFileSync(`${bench.folder}/cases.jsonl`, 'utf8').trim().split('\n');
  expect(JSON.parse(cases[0] ?? '{}')).toMatchObject({ true: expect.any(Number), predicted: expect.any(Number) });
  const folder = `${bench.folder}/phantoms`;
  const { patients: all } = Truth.parse(JSON.parse(readFileSync(`${folder}/truth.json`, 'utf8')));
  const { lines } = await runCommand(bench.folder, 'predict', `--model=${model?.id ?? ''}`, `--input=${folder}/${all[0]?.file ?? ''}`, `--out=${bench.folder}/out`); // biome-ignore format: one command
  expect(lines[0]).toMatchObject({ value_unit: '%', threshold: null, cam: { class: question } });
  const said = z.object({ predicted: z.string(), value: z.number() }).parse(lines[0]);
  expect(said.predicted).toBe(`${said.value.toFixed(1)} %`);
  const refused = await runCommand(bench.folder, 'dataset', 'create', `--target=${question}`);
  expect(JSON.stringify(refused.lines.at(-1))).toContain('choose the task regression');
});
