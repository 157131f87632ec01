import { expect } from '@playwright/test';
import { DatasetsPage } from '../pages/datasetsPage.ts';
import { ModelsPage } from '../pages/modelsPage.ts';
import { ReadPage } from '../pages/readPage.ts';
import { type PlanChanges, TrainPage } from '../pages/trainPage.ts';
import type { Workbench } from './workbench.ts';

/** Freezes what one corpus says at 64 px, by patient. */
export async function freezeCorpus(bench: Workbench): Promise<void> {
  const datasets = new DatasetsPage(bench.page);
  await bench.frame.goTo('Datasets');
  await datasets.startNew();
  await datasets.choose('Truth', /^corpus alone/);
  await datasets.choose('Size', /^64 × 64/);
  await datasets.freeze();
}

/** From the page of a dataset to the AUROC on its test patients, above `least` and within its interval. */
export async function trainAndEvaluate(bench: Workbench, plan: PlanChanges, least: number): Promise<void> {
  const train = new TrainPage(bench.page);
  await train.planFromDataset();
  await train.change(plan);
  await train.start();
  await expect(train.loss).toBeVisible({ timeout: 60_000 });
  await train.isDone(150_000);
  await train.button('Evaluate').click();
  const { value, low, high } = await new ModelsPage(bench.page).auroc();
  expect(value).toBeGreaterThan(least);
  expect(low).toBeLessThanOrEqual(value);
  expect(high).toBeGreaterThanOrEqual(value);
}

/** From the page of a model to its heat map on an image of a patient that it has not learned from. */
export async function lookAtUnseen(bench: Workbench): Promise<void> {
  const read = new ReadPage(bench.page);
  await bench.page.getByRole('button', { name: 'Use on images' }).click();
  await read.isShown();
  expect((await read.pixels()).colourful).toBe(0);
  await read.model.getByRole('button', { name: 'Predict this image' }).click();
  await expect(read.model.getByRole('region', { name: 'Scores' })).toContainText('Says', { timeout: 60_000 });
  await expect.poll(async () => (await read.pixels()).colourful).toBeGreaterThan(0.02);
  await expect(read.model.getByText('seen in training')).toHaveCount(0);
}
