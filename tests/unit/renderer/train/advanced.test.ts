import { describe, expect, it } from 'vitest';
import { TrainingConfig, type TrainingPlan } from '../../../../main/contract/training.ts';
import {
  changedSettings,
  craftFacts,
  withoutAdvanced,
} from '../../../../renderer/features/train/advanced/advancedSettings.ts';
import { plannedConfig } from '../../../../renderer/features/train/plannedConfig.ts';
import { decades, lossRange, rateText, searchKey } from '../../../../renderer/features/train/rate/rateCurve.ts';

const configOf = (extra: object = {}) => TrainingConfig.parse({ snapshot: 'x', ...extra });
const factsOf = (extra: object) =>
  Object.fromEntries(craftFacts(configOf(extra)).filter(([, value]) => value !== undefined));

describe('advanced settings', () => {
  it('are counted against the proposal and can be taken back', () => {
    expect(changedSettings(configOf(), configOf())).toBe(0);
    expect(changedSettings(configOf(), configOf({ seed: 2, clipNorm: 1, epochs: 3 }))).toBe(2);
    expect(withoutAdvanced({ epochs: 3, seed: 2, freezeBelow: 'layer1' })).toEqual({ epochs: 3 });
  });

  it('are told by a run: what always matters, and whatever is not as usual', () => {
    expect(factsOf({})).toEqual({
      ...{ 'Rate over time': 'falls along a cosine', Optimizer: 'AdamW', 'Weight decay': '0.0001' },
      Classes: 'each class counts the same',
    });
    expect(
      factsOf({
        ...{ mode: 'features', backbone: 'random', freezeBelow: 'layer2', batchNorm: { reestimated: true } },
        ...{ schedule: 'plateau', warmUpEpochs: 1, loss: { kind: 'focal', smoothing: 0.1 }, sampling: 'by-patient' },
        ...{ accumulateBatches: 4, averageDecay: 0.99, headDropout: 0.3, classWeights: { beta: 0.999 } },
      }),
    ).toMatchObject({
      ...{ Frozen: 'up to layer2, computed once', Normalisation: 'measured anew first' },
      'Rate over time': 'x 0.3 after 5 epochs without a gain, after a warm-up of 1 epoch',
      ...{
        Loss: 'focal, gamma 2, smoothed by 10 %',
        Patients: 'each shown equally often',
        Dropout: '30 % of its inputs',
      },
      ...{ Gathered: 'gradients of 4 batches', Averaged: 'weights, keeping 0.99' },
      Classes: 'by effective number, beta 0.999',
    });
  });

  it('that a way of training does not offer are left out of it', () => {
    const plan = { config: configOf() } as TrainingPlan;
    const frozen = { freezeBelow: 'layer1', unfreezeEpochs: 2, stageRateFactor: 0.5, backbone: 'model-1' };
    expect(plannedConfig(plan, frozen)).toEqual(configOf());
    expect(plannedConfig(plan, { ...frozen, mode: 'fine-tune' })).toMatchObject(frozen);
    expect(plannedConfig(plan, { ...frozen, mode: 'features' })).toMatchObject({ ...frozen, unfreezeEpochs: 0 });
    const { freezeBelow: _, ...headOnly } = frozen;
    expect(plannedConfig(plan, { ...headOnly, mode: 'features' })).toMatchObject({ stageRateFactor: 1 });
  });
});

describe('the curve of a rate search', () => {
  const points = Array.from({ length: 81 }, (_, i) => {
    const smoothed = i < 70 ? 1 - i / 100 : 50;
    return { rate: 1e-7 * 10 ** (i / 10), loss: smoothed, smoothed };
  });

  it('has a line per power of ten and is not pressed flat by the explosion at its end', () => {
    expect(decades(points)).toEqual([-7, -6, -5, -4, -3, -2, -1, 0, 1]);
    const [low, high] = lossRange(points);
    expect(low).toBeLessThan(0.32);
    expect(high).toBeLessThan(1.5);
  });

  it('writes rates with two digits that count', () => {
    expect([0.00213, 0.1, 1.26e-5, 1e-7].map(rateText)).toEqual(['0.0021', '0.1', '1.3e-5', '1e-7']);
  });

  it('fits as long as nothing that steps depend on is changed', () => {
    const key = searchKey(configOf());
    expect(searchKey(configOf({ learningRate: 0.1, epochs: 3, schedule: 'step' }))).toBe(key);
    for (const extra of [{ batchSize: 4 }, { optimizer: { kind: 'sgd' } }, { architecture: 'small-cnn' }])
      expect(searchKey(configOf(extra))).not.toBe(key);
  });
});
