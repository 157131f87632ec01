import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RateRange } from '../../../main/contract/training/rateSearch.ts';
import { findRate } from '../../../main/learning/training/findRate.ts';
import { hasExploded, smoothLosses, suggestRate } from '../../../main/learning/training/suggestRate.ts';
import { discSnapshot, newFolder, smallConfig } from './smallRun.ts';

let root: string;
let snapshotDirectory: string;
beforeAll(async () => {
  root = newFolder();
  snapshotDirectory = await discSnapshot(root, 40);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const hooks = { signal: new AbortController().signal, onStep: () => undefined, onPhase: () => undefined };
const curve = (losses: readonly number[]) =>
  smoothLosses(losses, losses.length).map((point, i) => ({ rate: 1e-6 * 10 ** (i / 20), ...point }));

describe('the search for a learning rate', () => {
  it('suggests the steepest fall before the lowest point', () => {
    // Level at 0.7, falling around 1e-3 (step 60), rising again from step 90.
    const losses = Array.from(
      { length: 110 },
      (_, i) => 0.7 - 0.5 / (1 + Math.exp(-(i - 60) / 6)) + Math.max(0, i - 90) / 40,
    );
    const { suggested = 0, lowestLossAt = 0 } = suggestRate(curve(losses), losses.length);
    expect(suggested).toBeGreaterThan(1e-3 / 3);
    expect(suggested).toBeLessThan(1e-3 * 10);
    expect(lowestLossAt).toBeGreaterThan(suggested);
  });

  it('suggests nothing where the loss never falls', () => {
    expect(
      suggestRate(curve(Array.from({ length: 100 }, (_, i) => 0.7 + 0.001 * Math.sin(i))), 100),
    ).not.toHaveProperty('suggested');
    expect(suggestRate([], 100)).toEqual({});
  });

  it('knows an explosion from noise', () => {
    expect(hasExploded([0.7, Number.NaN], 200)).toBe(true);
    expect(hasExploded([0.7, 3], 200)).toBe(false);
    expect(hasExploded([...Array.from({ length: 20 }, () => 0.7), ...Array.from({ length: 20 }, () => 60)], 200)).toBe(
      true,
    );
  });

  it('runs on a dataset: the same curve twice, a rate in it, and an end where it explodes', async () => {
    const range = RateRange.parse({});
    const config = smallConfig({ batchSize: 8, optimizer: { kind: 'sgd' } });
    const told: number[] = [];
    const found = await findRate({ snapshotDirectory, config, range }, { ...hooks, onStep: (done) => told.push(done) });
    expect(told[0]).toBe(1);
    expect(found.points.length).toBeLessThan(200);
    expect(found.points[0]?.rate).toBe(1e-7);
    expect(found.suggested).toBeGreaterThan(1e-5);
    expect(found.suggested).toBeLessThan(0.1);
    const again = await findRate({ snapshotDirectory, config, range }, hooks);
    expect({ ...again, seconds: 0 }).toEqual({ ...found, seconds: 0 });
  });

  it('searches the rate of a head on cached features, and ends when it is cancelled', async () => {
    const range = RateRange.parse({ steps: 20 });
    const config = smallConfig({ mode: 'features', backbone: 'random', accumulateBatches: 2 });
    expect((await findRate({ snapshotDirectory, config, range }, hooks)).points.length).toBeGreaterThan(10);
    const stop = new AbortController();
    const cancelled = findRate(
      { snapshotDirectory, config, range },
      { ...hooks, signal: stop.signal, onStep: () => stop.abort(new Error('enough')) },
    );
    await expect(cancelled).rejects.toThrowError('enough');
  });
});
