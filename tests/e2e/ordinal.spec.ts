import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { DatasetsPage } from './pages/datasetsPage.ts';
import { TrainPage } from './pages/trainPage.ts';
import { howToRun, isShort } from './support/longTests.ts';
import { shot } from './support/shot.ts';
import { runCommand } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

// Ordered grades, from labels over the page of datasets to a tested model: how large the nodule of a phantom is.
const bench = openWorkbench();
const patients = 60;
const grades = ['small', 'medium', 'large'];

const Truth = z.object({
  patients: z.array(z.object({ patientId: z.string(), sopInstanceUid: z.string(), file: z.string(), lesion: z.object({ diameterMm: z.number() }) })), // biome-ignore format: one shape
});

const command = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, lines } = await runCommand(bench.folder, ...args);
  expect(code, JSON.stringify(lines.at(-1))).toBe(0);
  return lines.at(-1) as Record<string, unknown>;
};

/** Thirds of the diameters in truth.json, as a label file about the same lesions. */
function gradedLabels(folder: string): string {
  const truth = Truth.parse(JSON.parse(readFileSync(`${folder}/truth.json`, 'utf8')));
  const sorted = truth.patients.map(({ lesion }) => lesion.diameterMm).sort((a, b) => a - b);
  const gradeOf = new Map(
    truth.patients.map(({ sopInstanceUid, lesion }) => {
      const rank = sorted.indexOf(lesion.diameterMm) / sorted.length;
      return [sopInstanceUid, grades[Math.min(2, Math.floor(rank * 3))] ?? ''];
    }),
  );
  const [header = '', ...rows] = readFileSync(`${folder}/labels.csv`, 'utf8').trim().split('\n');
  const names = header.split(',');
  const [label, value] = [names.indexOf('label'), names.indexOf('value')];
  const lesions = rows.filter((row) => row.includes('lesion') && row.split(',')[label] === 'nodule');
  const graded = lesions.map((row) => {
    const cells = row.split(',');
    const sop = [...gradeOf.keys()].find((uid) => cells.includes(uid)) ?? '';
    cells[label] = 'nodule size';
    cells[value] = gradeOf.get(sop) ?? '';
    return cells.join(',');
  });
  const file = `${folder}/grades.csv`;
  writeFileSync(file, `${[header, ...graded].join('\n')}\n`);
  return file;
}

test.beforeAll(async () => {
  const phantoms = `${bench.folder}/phantoms`;
  await command('phantom', `--out=${phantoms}`, `--patients=${patients}`);
  await command('import', phantoms);
  const values = grades.map((value, i) => ({ value, colour: ['#4cb8d4', '#e0b34c', '#d46a4c'][i] ?? '', key: `${i + 1}` })); // biome-ignore format: one list
  await bench.core['definitions.save']({ name: 'nodule size', scope: 'lesion', values, modalities: ['CT'] });
  await command('labels', 'import', gradedLabels(phantoms));
  await bench.page.reload();
});

test('answers are put in order in the question; who is positive stays so', async () => {
  const { page } = bench;
  await bench.frame.goTo('Settings');
  await page.getByRole('tab', { name: /abel/ }).click();
  await page
    .getByRole('row', { name: /^nodule size/ })
    .getByRole('button', { name: 'Change' })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Move answer 3 up' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Answer 2', exact: true })).toHaveValue('large');
  await expect(dialog.getByRole('textbox', { name: 'Answer 3', exact: true })).toHaveValue('medium');
  await expect(dialog.getByLabel('Positive answer (for sensitivity, AUROC)')).toHaveValue('large');
  await expect(dialog.getByRole('button', { name: 'Move answer 1 up' })).toBeDisabled();
  await shot(page, 'order');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('grades are chosen on the page of datasets, in their order', async () => {
  const datasets = new DatasetsPage(bench.page);
  await bench.frame.goTo('Datasets');
  await datasets.startNew();
  await datasets.choose('Target', /^nodule size/);
  await expect(datasets.recipe.getByLabel('Positive class')).toBeVisible();
  await datasets.choose('The answers are', /^grades/);
  await expect(datasets.recipe.getByText('small < medium < large')).toBeVisible();
  await expect(datasets.recipe.getByLabel('Positive class')).toHaveCount(0);
  await datasets.choose('Size', /^64 × 64/);
  await expect(datasets.freezeButton).toBeEnabled({ timeout: 30_000 });
  await shot(bench.page, 'recipe');
  await datasets.freeze();
  const [snapshot] = (await bench.core['datasets.list']({})).snapshots;
  expect(snapshot).toMatchObject({ task: 'ordinal', classes: grades, cases: patients });
  expect(snapshot).not.toHaveProperty('positive');
  await shot(bench.page, 'dataset');
});

test('a small network learns them; the distance from the truth is drawn', async () => {
  test.skip(isShort, howToRun('ordinal.spec'));
  const train = new TrainPage(bench.page);
  await train.planFromDataset();
  await train.change({ epochs: 15, patience: 15, batchSize: 8, learningRate: 0.003 });
  await shot(bench.page, 'plan');
  await train.start();
  await expect(bench.page.getByRole('figure', { name: 'Mean distance from the truth over epochs' })).toBeVisible({
    timeout: 60_000,
  });
  await expect(train.auroc).toHaveCount(0);
  await train.isDone(180_000);
  await shot(bench.page, 'trained');
});

test('the evaluation gives weighted kappa and the distance', async () => {
  test.skip(isShort, howToRun('ordinal.spec'));
  const { page } = bench;
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
  await expect(page.getByText('Weighted kappa per case')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/grades from the truth/)).toBeVisible();
  await expect(page.getByRole('img', { name: /^ROC curve/ })).toHaveCount(0);
  await page.getByText('Weighted kappa per case').scrollIntoViewIfNeeded();
  await shot(page, 'evaluation');
  await bench.frame.goTo('Models');
  await expect(page.getByRole('table', { name: 'Models' })).toContainText('kappa');
  await shot(page, 'models');
});

test('the command line says the same', async () => {
  test.skip(isShort, howToRun('ordinal.spec'));
  const [model] = (await bench.core['models.list']({})).models;
  expect(model).toMatchObject({ task: 'ordinal', kappa: { value: expect.any(Number) } });
  const line = await command('evaluate', `--model=${model?.id ?? ''}`);
  expect(line).toMatchObject({ task: 'ordinal', per_case: { kappa: { value: model?.kappa?.value } }, positive: null });
  const folder = `${bench.folder}/phantoms`;
  const { patients: all } = Truth.parse(JSON.parse(readFileSync(`${folder}/truth.json`, 'utf8')));
  const file = `${folder}/${all[0]?.file ?? ''}`;
  const { lines } = await runCommand(bench.folder, 'predict', `--model=${model?.id ?? ''}`, `--input=${file}`, `--out=${bench.folder}/out`); // biome-ignore format: one command
  const said = z.object({ scores: z.record(z.string(), z.number()), predicted: z.string() }).parse(lines[0]);
  const [small = 0, medium = 0] = grades.map((grade) => said.scores[grade] ?? 0);
  expect(said.predicted).toBe(small >= 0.5 ? 'small' : small + medium >= 0.5 ? 'medium' : 'large');
  expect(lines[0]).toMatchObject({ threshold: null, cam: { class: said.predicted } });
  const graded = await command(
    'dataset',
    'create',
    '--target=nodule size',
    '--task=ordinal',
    '--grades=large,medium,small',
    '--folds=3',
    '--size=64',
  );
  const refused = await runCommand(bench.folder, 'train', `--snapshot=${String(graded.snapshot)}`, '--backbone=random', '--head=forest'); // biome-ignore format: one command
  expect(refused.code).not.toBe(0);
  expect(JSON.stringify(refused.lines.at(-1))).toContain('ordered grades');
});

test('the same answers as classes are told class by class', async () => {
  test.skip(isShort, howToRun('ordinal.spec'));
  const { page } = bench;
  const classes = await command('dataset', 'create', '--target=nodule size', '--size=64', '--crop=50');
  const trained = await command(
    'train',
    `--snapshot=${String(classes.snapshot)}`,
    '--architecture=small-cnn',
    '--epochs=3',
  );
  const line = await command('evaluate', `--model=${String(trained.model)}`);
  expect(line).toMatchObject({ per_case: { per_class: { small: { n_cases: 3 }, medium: {}, large: {} } } });
  await bench.frame.goTo('Models');
  await page.locator(`a[href$="${String(trained.model)}"]`).click();
  await expect(page.getByRole('region', { name: 'AUROC by class' })).toBeVisible();
  await expect(page.getByRole('img', { name: 'ROC curves, each class against the rest' })).toBeVisible();
  await expect(page.getByText('AUROC per case, mean of the classes')).toBeVisible();
  await page.getByRole('img', { name: 'ROC curves, each class against the rest' }).scrollIntoViewIfNeeded();
  await shot(page, 'classes');
});
