import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { parseImageId } from '../../main/domain/ids.ts';
import { DatasetsPage } from './pages/datasetsPage.ts';
import { ReadPage } from './pages/readPage.ts';
import { howToRun, isShort } from './support/longTests.ts';
import { shot } from './support/shot.ts';
import { runCommand } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

// Series of a study as the channels of one input: a liver lesion in three phases of contrast, told apart by none of them alone.
test.skip(isShort, howToRun('phases.spec'));
const bench = openWorkbench();
const patients = 48;

const Truth = z.object({
  patients: z.array(z.object({ patientId: z.string(), seriesInstanceUid: z.string(), sopInstanceUid: z.string(), folder: z.string(), className: z.string() })), // biome-ignore format: one shape
});
const Line = z.object({
  scores: z.record(z.string(), z.number()),
  slices: z.array(z.object({ imageId: z.string(), cam: z.object({ png: z.string() }) })),
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
  await command('phantom', `--out=${phantoms()}`, `--patients=${patients}`, '--kind=ct-liver');
  await command('import', phantoms());
  await command('labels', 'import', `${phantoms()}/labels.csv`);
  await bench.page.reload();
});

test('series are chosen as channels, by words in their descriptions', async () => {
  const { page } = bench;
  const datasets = new DatasetsPage(page);
  await bench.frame.goTo('Datasets');
  await datasets.startNew();
  await datasets.choose('Target', /^liver \(/);
  await datasets.choose('Channels', /^several series/);
  await datasets.choose('Grey values', /soft/i);
  await datasets.choose('Size', /^48 × 48/);
  await expect(datasets.recipe.getByLabel('Channel 2', { exact: true })).toHaveValue('arterial');
  await datasets.recipe.getByLabel('Words 2').fill('nothing of that kind');
  await expect(page.getByText(/A series that is to be one of the channels is not in its study/)).toBeVisible({ timeout: 30_000 }); // biome-ignore format: one line
  await datasets.recipe.getByLabel('Words 2').fill('arterial');
  await expect(datasets.freezeButton).toBeEnabled({ timeout: 30_000 });
  await datasets.recipe.getByLabel('Channel 1', { exact: true }).scrollIntoViewIfNeeded();
  await shot(page, 'recipe');
  await datasets.freeze();
  const [snapshot] = (await bench.core['datasets.list']({})).snapshots;
  expect(snapshot).toMatchObject({ phases: ['native', 'arterial', 'portal'], channels: 3, cases: patients });
  await page.getByLabel('Channel', { exact: true }).selectOption({ label: 'arterial' });
  await page.getByRole('heading', { name: 'Contact sheet' }).scrollIntoViewIfNeeded();
  await shot(page, 'dataset');
});

test('a network learns from them and is tested', async () => {
  const [snapshot] = (await bench.core['datasets.list']({})).snapshots;
  const training = ['--architecture=small-cnn', '--epochs=15', '--patience=15', '--batch=8', '--learning-rate=0.003'];
  const trained = await command('train', `--snapshot=${snapshot?.id ?? ''}`, ...training);
  modelId = String(trained.model);
  const line = await command('evaluate', `--model=${modelId}`);
  expect(line).toMatchObject({ per_case: { auroc: { value: expect.any(Number) } } });
});

test('the viewer asks it about a lesion in any of the phases', async () => {
  const { page } = bench;
  const read = new ReadPage(page);
  const [one] = truth();
  const imageId = `groundglass:${one?.sopInstanceUid ?? ''}/1`;
  await page.goto(`${page.url().split('#')[0]}#/read/${one?.seriesInstanceUid ?? ''}?model=${modelId}&frame=${encodeURIComponent(imageId)}`); // biome-ignore format: one address
  await read.isShown();
  await expect(read.strip.getByRole('button')).toHaveCount(3);
  await read.tab('Model').click();
  await page.getByRole('button', { name: 'Predict this image' }).click();
  await expect(read.model.getByRole('region', { name: 'Scores' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/cells at layer block4/)).toBeVisible();
  await shot(page, 'portal');
});

test('the command line finds the series of a study and gives the same scores', async () => {
  const [one] = truth();
  const input = `--input=${phantoms()}/${one?.folder ?? ''}`;
  const { lines } = await runCommand(bench.folder, 'predict', `--model=${modelId}`, input, `--out=${bench.folder}/out`);
  const found = lines.map((line) => Line.parse(line));
  expect(found.length).toBeGreaterThanOrEqual(3);
  for (const { scores, slices } of found) {
    const image = parseImageId(slices[0]?.imageId ?? '');
    if (!image) throw new Error('a line without its image');
    const said = await bench.core['predictions.frame']({ modelId, ...image, cam: 'none' });
    expect(said.scores).toEqual(Object.values(scores));
  }
  const made = await command('dataset', 'create', '--target=liver', '--unit=study', '--size=32', '--slices=3', '--window=80,300', '--phase=before=native', '--phase=early=order:2', '--phase=late=portal|venous'); // biome-ignore format: one command
  expect(made).toMatchObject({ counts: { train: {} }, excluded: [] });
  const alone = await runCommand(bench.folder, 'dataset', 'create', '--target=liver', '--phase=only=native');
  expect(alone.code).toBe(2);
});
