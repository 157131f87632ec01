import { describe, expect, it } from 'vitest';
import { Augmentation } from '../../../../main/contract/augmentation.ts';
import { type EpochRow, TrainingConfig, type TrainingPlan } from '../../../../main/contract/training.ts';
import { augmentationWords } from '../../../../renderer/features/train/augmentation/augmentationWords.ts';
import { runCurves } from '../../../../renderer/features/train/curveData.ts';
import { plannedConfig, plannedSeconds } from '../../../../renderer/features/train/plannedConfig.ts';

const row = (epoch: number, valLoss: number, fold?: number): EpochRow => ({
  ...(fold === undefined ? {} : { fold }),
  epoch,
  loss: 0.5,
  valLoss,
  valAuroc: 0.8,
  learningRate: 1e-3,
  seconds: 1,
  etaSeconds: 5,
  isBest: false,
});

describe('runCurves', () => {
  it('draws training solid and validation dashed, and marks the best epoch', () => {
    const curves = runCurves([row(1, 0.7), row(2, 0.4), row(3, 0.5)]);
    expect(curves.x).toEqual([1, 2, 3]);
    expect(curves.loss.map(({ label, isDashed, values }) => [label, isDashed, values])).toEqual([
      ['training', false, [0.5, 0.5, 0.5]],
      ['validation', true, [0.7, 0.4, 0.5]],
    ]);
    expect(curves.auroc[0]?.values).toEqual([null, null, null]);
    expect(curves.best).toMatchObject([{ epoch: 2, text: 'best: epoch 2', valLoss: 0.4 }]);
  });

  it('gives each fold a colour and leaves gaps where a fold has not come', () => {
    const curves = runCurves([row(1, 0.7, 1), row(2, 0.4, 1), row(1, 0.6, 2)]);
    expect(curves.loss.map(({ group }) => group)).toEqual(['fold 1', 'fold 1', 'fold 2', 'fold 2']);
    expect(curves.loss[3]?.values).toEqual([0.6, null]);
    expect(curves.loss[0]?.colour).not.toBe(curves.loss[2]?.colour);
    expect(curves.best.map(({ epoch, text }) => [epoch, text])).toEqual([
      [2, undefined],
      [1, undefined],
    ]);
  });

  it('keeps a loss of exactly zero', () => {
    expect(runCurves([row(1, 0)]).loss[1]?.values).toEqual([0]);
  });
});

describe('plan', () => {
  const plan: TrainingPlan = {
    config: TrainingConfig.parse({ snapshot: 'snapshot-1', epochs: 10 }),
    reasons: {},
    estimate: { secondsPerEpoch: 2, totalSeconds: 60, memoryMb: 100, parameters: 1 },
  };

  it('takes changes over the proposal; from scratch nothing is started from', () => {
    const changes = { epochs: 3, backbone: 'model-1' };
    expect(plannedConfig(plan, changes)).toMatchObject({ epochs: 3, batchSize: 16, backbone: 'none' });
    expect(plannedConfig(plan, { ...changes, mode: 'fine-tune' }).backbone).toBe('model-1');
  });

  it('scales the time with the epochs of every fold', () => {
    expect(plannedSeconds(plan, 10, 3)).toBe(60);
    expect(plannedSeconds(plan, 5, 3)).toBe(30);
  });

  it('tells what happens to the pictures', () => {
    expect(augmentationWords(plan.config)).toMatch(/shifted by up to 6 %.*turned by up to 10°/);
    const none = Augmentation.parse({ shift: 0, rotationDegrees: 0, intensity: 0 });
    expect(augmentationWords({ augmentation: none })).toBe('Every picture is shown as it is.');
    expect(augmentationWords({ augmentation: { ...none, mixup: 0.2 } })).toBe(
      'Each time a picture is shown it is blended with another, and the answer is shared likewise.',
    );
    expect(augmentationWords({ augmentation: { ...none, noise: 0.2, cutmix: 1 } })).toMatch(/noisier. It is given/);
    expect(augmentationWords({ ...plan.config, mode: 'features' })).toBe('Every picture is shown as it is.');
  });
});
