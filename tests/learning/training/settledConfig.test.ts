import { expect, it } from 'vitest';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { settledConfig } from '../../../main/learning/training/settledConfig.ts';

/** As the first version wrote it: checkpoints of its runs are known by it. */
const written = {
  ...{ snapshot: 'x', architecture: 'resnet18', backbone: 'none', mode: 'scratch', epochs: 30, batchSize: 16 },
  ...{
    learningRate: 0.001,
    schedule: 'cosine',
    classWeights: true,
    patience: 8,
    engine: 'auto',
    device: 'auto',
    seed: 1,
  },
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.0001 },
  augmentation: { flipHorizontal: false, flipVertical: false, shift: 0.06, rotationDegrees: 10, intensity: 0.1 },
};

it('is what the first version wrote, where nothing newer was chosen', () => {
  expect(settledConfig(TrainingConfig.parse(written))).toEqual(written);
  const sgd = { ...written, optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0 } };
  expect(settledConfig(TrainingConfig.parse(sgd))).toEqual(sgd);
});

it('tells every newer choice', () => {
  const chosen = {
    ...{ loss: { kind: 'focal', gamma: 2, smoothing: 0 }, warmUpEpochs: 1, averageDecay: 0.99, sampling: 'by-patient' },
    ...{ clipNorm: 1, accumulateBatches: 2, freezeBelow: 'layer1', headDropout: 0, unfreezeEpochs: 1 },
  };
  expect(settledConfig(TrainingConfig.parse({ ...written, ...chosen }))).toMatchObject(chosen);
  const plain = TrainingConfig.parse({ ...written, optimizer: { ...written.optimizer, decay: 'l2' } });
  expect(settledConfig(plain)).toMatchObject({ optimizer: { decay: 'l2' } });
});
