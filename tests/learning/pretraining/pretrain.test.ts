import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ModelCard } from '../../../main/contract/models.ts';
import { formulaLabels } from '../../../main/imaging/formula/formulaImages.ts';
import { type PretrainRecipe, pretrain, writeBackbone } from '../../../main/learning/pretraining/pretrain.ts';
import { openBackbone } from '../../../main/learning/training/startingNetwork.ts';

const recipe: PretrainRecipe = {
  ...{ architecture: 'small-cnn', size: 32, images: 50 * 8, batchSize: 8, learningRate: 3e-3, seed: 1, threads: 1 },
};

test('pretraining lowers the loss and writes a backbone that trainings can start from', async () => {
  const losses: number[] = [];
  const hooks = { onProgress: ({ loss }: { loss: number }) => losses.push(loss), signal: new AbortController().signal };
  const outcome = await pretrain(recipe, hooks);
  expect(losses.length).toBe(2);
  expect(losses[1]).toBeLessThan(losses[0] ?? 0);
  expect(losses[0]).toBeLessThan(Math.log(formulaLabels.length) + 0.5);
  expect(outcome.images).toBe(recipe.images);
  const folder = mkdtempSync(path.join(tmpdir(), 'backbone-'));
  try {
    const { sizeBytes } = writeBackbone(folder, recipe, outcome);
    expect(sizeBytes).toBeLessThan(0.6 * 4 * 100_000);
    const card = ModelCard.parse(JSON.parse(readFileSync(path.join(folder, 'model-card.json'), 'utf8')));
    expect([card.seenPatients, card.seenPixels]).toEqual([[], []]);
    const { network } = openBackbone(folder);
    expect(network.architecture).toBe('small-cnn');
    expect(network.classes).toBe(formulaLabels.length);
    expect(card.classes.length).toBe(network.classes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the same recipe gives the same weights', async () => {
  const hooks = { onProgress: () => undefined, signal: new AbortController().signal };
  const short = { ...recipe, images: 32 };
  const [one, other] = [await pretrain(short, hooks), await pretrain(short, hooks)];
  const weights = ({ network }: typeof one) => network.graph.initializers.get('block1.conv.weight')?.data;
  expect(weights(one)).toEqual(weights(other));
});

test('stopped at once, it keeps what it has: nothing', async () => {
  const outcome = await pretrain(recipe, { onProgress: () => undefined, signal: AbortSignal.abort() });
  expect(outcome.images).toBe(0);
});
