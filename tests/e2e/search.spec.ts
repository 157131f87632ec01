import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { shot } from './support/shot.ts';
import { runCommand } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();

const command = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, lines } = await runCommand(bench.folder, ...args);
  expect(code, JSON.stringify(lines.at(-1))).toBe(0);
  return lines.at(-1) as Record<string, unknown>;
};

test.beforeAll(async () => {
  const phantoms = `${bench.folder}/phantoms`;
  await command('phantom', `--out=${phantoms}`, '--patients=60', '--kind=cr');
  await command('import', phantoms);
  await command('labels', 'import', `${phantoms}/labels.csv`);
  await command('dataset', 'create', '--target=film-image', '--size=32');
  await bench.page.reload();
});

test('settings are searched, shown and trained', async () => {
  const { page } = bench;
  await bench.frame.goTo('Train');
  await page.getByRole('button', { name: 'Search settings' }).click();
  const form = page.getByRole('form', { name: 'New search' });
  const small = await form
    .getByLabel('Architecture')
    .getByRole('option')
    .filter({ hasText: /^Small CNN/ })
    .textContent();
  await form.getByLabel('Architecture').selectOption({ label: small ?? '' });
  await form.getByLabel('Settings to try').fill('30');
  await shot(page, 'new-search');
  await form.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible({ timeout: 120_000 });
  const table = page.getByRole('table', { name: 'Trials' });
  await expect(table.getByRole('row')).toHaveCount(31);
  await expect(table.getByRole('row').nth(1)).toContainText('best');
  await expect(page.getByRole('figure', { name: /Logistic regression/ })).toBeVisible();
  await shot(page, 'search');
  await table.getByRole('row').nth(2).click();
  await expect(page.getByRole('button', { name: /Train with no\. \d+/ })).toBeVisible();
  await table.getByRole('row').nth(1).click();
  await page.getByRole('button', { name: 'Train with the best' }).click();
  await expect(page.getByRole('button', { name: 'Other seeds' })).toBeVisible({ timeout: 120_000 });
  await shot(page, 'trained');
});

test('the same training with other seeds tells what is chance', async () => {
  const { page } = bench;
  await page.getByRole('button', { name: 'Other seeds' }).click();
  await expect(page.getByText(/standard deviation/)).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText('finished', { exact: true })).toBeVisible({ timeout: 180_000 });
  await expect(page.getByRole('table', { name: 'Seeds' }).getByRole('row')).toHaveCount(6);
  await shot(page, 'seeds');
});

test('folds are dealt out several times, and each repeat has a line of its own', async () => {
  const { page } = bench;
  await page.goto(`${page.url().split('#')[0]}#/datasets/new`);
  const recipe = page.getByRole('form', { name: 'Recipe' });
  await recipe.getByLabel('Patients are dealt out as').selectOption({ label: 'one site left out in turn' });
  await shot(page, 'leave-out');
  await recipe.getByLabel('Patients are dealt out as').selectOption({ label: 'folds, dealt out several times' });
  await expect(recipe.getByText(/15 trainings/)).toBeVisible();
  await shot(page, 'repeated');
  const created = await command('dataset', 'create', '--target=film-image', '--size=32', '--folds=3', '--repeats=2');
  const snapshot = String(created.snapshot);
  const config = `${bench.folder}/head.json`;
  writeFileSync(
    config,
    JSON.stringify({ architecture: 'small-cnn', head: 'svm', mode: 'features', backbone: 'random' }),
  );
  const trained = await command('train', `--snapshot=${snapshot}`, `--config=${config}`);
  const evaluated = await command('evaluate', `--model=${String(trained.model)}`);
  expect(evaluated).toMatchObject({ out_of_fold: true, folds: [{ title: 'Repeat 1' }, { title: 'Repeat 2' }] });
  await page.goto(`${page.url().split('#')[0]}#/models/${String(trained.model)}`);
  const parts = page.getByRole('figure', { name: 'AUROC by part' });
  await expect(parts).toBeVisible();
  await parts.scrollIntoViewIfNeeded();
  await shot(page, 'repeats');
});
