import { describe, expect, it } from 'vitest';
import { optimizerName, optimizerOfName, optimizerWords } from '../../../main/contract/training/optimizer.ts';
import { startingGap } from '../../../main/contract/training/startingGap.ts';
import { TrainingConfig } from '../../../main/contract/training.ts';

const gapOf = (extra: object) => startingGap(TrainingConfig.parse({ snapshot: 'x', ...extra }));
const tuned = { mode: 'fine-tune', backbone: 'model-1' };
const features = { mode: 'features', backbone: 'random' };

describe('a training that cannot start as configured', () => {
  it.each<[string, object, RegExp]>([
    ['fine-tuning nothing', { mode: 'fine-tune' }, /Choose the model to start from/],
    ['features of nothing', { mode: 'features' }, /base to freeze/],
    ['scratch from a model', { backbone: 'model-1' }, /from no model/],
    ['freezing from scratch', { freezeBelow: 'layer1' }, /nothing can be frozen/],
    ['unfreezing from scratch', { unfreezeEpochs: 2 }, /nothing can be frozen/],
    ['rates by stage from scratch', { stageRateFactor: 0.5 }, /start from a model/],
    ['unfreezing cached features', { ...features, unfreezeEpochs: 1 }, /computed once/],
    ['rates by stage of a head', { ...features, stageRateFactor: 0.5 }, /no stages/],
    ['unfreezing a head', { ...tuned, freezeBelow: 'head', unfreezeEpochs: 1 }, /nothing to unfreeze/],
    ['one cycle with a warm-up', { schedule: 'one-cycle', warmUpEpochs: 1 }, /warms up by itself/],
    ['an endless warm-up', { epochs: 3, warmUpEpochs: 3 }, /before the last epoch/],
    ['Nesterov without momentum', { optimizer: { kind: 'sgd', momentum: 0, nesterov: true } }, /momentum above 0/],
    ['classes balanced twice', { sampling: 'balanced' }, /class weights off/],
  ])('%s', (_, extra, sentence) => {
    expect(gapOf(extra)).toMatch(sentence);
  });

  it('is none of these', () => {
    for (const extra of [
      {},
      tuned,
      features,
      { ...tuned, freezeBelow: 'layer2', unfreezeEpochs: 2, stageRateFactor: 0.5, batchNorm: { frozen: true } },
      { ...features, freezeBelow: 'layer3', stageRateFactor: 0.5, batchNorm: { reestimated: true } },
      { sampling: 'balanced', classWeights: false, schedule: 'plateau', warmUpEpochs: 2 },
    ])
      expect(gapOf(extra)).toBeUndefined();
  });
});

describe('optimizers', () => {
  it('are known by the names people use; the first version wrote AdamW as adam', () => {
    const pulls = { weightDecay: 1e-4, l1: 0 };
    for (const name of ['adamw', 'adam', 'sgd', 'rmsprop'] as const)
      expect(optimizerName(optimizerOfName(name, pulls))).toBe(name);
    const stored = TrainingConfig.parse({ snapshot: 'x', optimizer: { kind: 'adam', beta1: 0.9 } }).optimizer;
    expect(optimizerWords(stored)).toBe('AdamW');
    expect(optimizerWords(optimizerOfName('sgd', pulls))).toBe('SGD, momentum 0.9');
  });
});
