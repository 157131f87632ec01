import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { learningRateAt, plateauDrops } from '../../../main/learning/training/loop/schedule.ts';

const updatesPerEpoch = 4;
/** By PyTorch; see make.py beside it. */
const reference = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../fixtures/schedules/reference.json'), 'utf8'),
) as Record<'one-cycle' | 'step' | 'cosine' | 'warm-up, cosine' | 'plateau' | 'losses', number[]>;

const ratesOf = (extra: object): number[] => {
  const config = TrainingConfig.parse({ snapshot: 'x', epochs: 6, learningRate: 0.1, ...extra });
  return Array.from({ length: 24 }, (_, update) => learningRateAt(config, { update, updatesPerEpoch, history: [] }));
};

const close = (rates: readonly number[], expected: readonly number[]): void => {
  expect(rates).toHaveLength(expected.length);
  rates.forEach((rate, i) => {
    expect(rate).toBeCloseTo(expected[i] ?? Number.NaN, 12);
  });
};

describe('the learning rate', () => {
  it('is that of PyTorch for one cycle, steps and cosines', () => {
    close(ratesOf({ schedule: 'one-cycle' }), reference['one-cycle']);
    close(ratesOf({ schedule: 'step', rateDrop: { epochs: 2, factor: 0.3 } }), reference.step);
    close(ratesOf({ schedule: 'cosine' }), reference.cosine);
    close(ratesOf({ schedule: 'cosine', warmUpEpochs: 2 }), reference['warm-up, cosine']);
  });

  it('falls on a plateau as that of PyTorch, from the losses alone', () => {
    const config = TrainingConfig.parse({
      ...{ snapshot: 'x', learningRate: 0.1, schedule: 'plateau', rateDrop: { epochs: 2, factor: 0.3 } },
    });
    const rates = [0, ...reference.losses].map((_, epoch) => {
      const history = reference.losses.slice(0, epoch).map((valLoss) => ({ valLoss }));
      return learningRateAt(config, { update: epoch * updatesPerEpoch, updatesPerEpoch, history });
    });
    close(rates, reference.plateau);
    expect(plateauDrops([], 1)).toBe(0);
  });

  it('rises in a straight line at first and is never above the rate asked for', () => {
    const rates = ratesOf({ schedule: 'constant', warmUpEpochs: 1.5 });
    expect(rates.slice(0, 7)).toEqual([1, 2, 3, 4, 5, 6, 6].map((n) => expect.closeTo((0.1 * n) / 6, 12)));
    for (const schedule of ['constant', 'step', 'cosine', 'one-cycle', 'plateau'])
      expect(Math.max(...ratesOf({ schedule }))).toBeLessThanOrEqual(0.1 + 1e-15);
  });
});
