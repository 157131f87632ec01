import { describe, expect, it } from 'vitest';
import { lossGap } from '../../../main/contract/training/loss.ts';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { buildTrainStep, hyperFeeds, initialState } from '../../../main/learning/network/trainStep.ts';
import { batchFeeds } from '../../../main/learning/training/loop/batchFeeds.ts';
import { classWeights } from '../../../main/learning/training/loop/classObjective.ts';
import { scoreCases } from '../../../main/learning/training/loop/objective.ts';
import { objectiveOf } from '../../../main/learning/training/loop/objectiveOf.ts';
import type { TrainingCases } from '../../../main/learning/training/trainingCases.ts';

const cases: TrainingCases = {
  ...{ train: [0, 1, 2, 3, 4], val: [], truths: [0, 0, 0, 1, 2], patientIds: ['a', 'b', 'c', 'd', 'e'] },
  classes: ['x', 'y', 'z'],
};
const source = {
  shape: [1, 16, 16] as const,
  writePlain: () => undefined,
  writeForTraining: (caseIndex: number, _: number, into: Float32Array, offset: number) => {
    for (let i = 0; i < 256; i++) into[offset + i] = Math.sin(i * (caseIndex + 1));
  },
};

const configOf = (extra: object) => TrainingConfig.parse({ snapshot: 'x', ...extra });

describe('the objective', () => {
  it.each([
    { loss: { kind: 'cross-entropy' } },
    { loss: { kind: 'cross-entropy', smoothing: 0.2 }, classWeights: false },
    { loss: { kind: 'focal', gamma: 2 } },
    { loss: { kind: 'focal', gamma: 1.5, smoothing: 0.1 }, classWeights: { beta: 0.9 } },
  ])('is the same in the step and over validation cases: %j', (extra) => {
    const objective = objectiveOf(configOf(extra), cases);
    const network = architectureOf('small-cnn').build({ channels: 1, classes: 3, seed: 1 });
    const step = buildTrainStep(network, {
      ...{ batchSize: 5, inputShape: [1, 16, 16], loss: objective.loss, trainable: network.parameters },
      optimizer: configOf({}).optimizer,
    });
    const outputs = interpret(step.graph, {
      ...initialState(step, network),
      ...batchFeeds(cases.train, 1, source, cases, objective),
      ...hyperFeeds(step, { learningRate: 0, stepNumber: 1 }),
    });
    const logits = arrayOf(outputs.logits?.data ?? []);
    const { loss, scores } = scoreCases(objective, logits, cases.train);
    expect(loss).toBeCloseTo(outputs.loss?.data[0] ?? Number.NaN, 6);
    for (const row of scores) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it('weighs classes alike, by the effective number of cases, or not at all', () => {
    expect(classWeights([0, 0, 0, 1], 2, true)).toEqual([4 / 6, 2]);
    expect(classWeights([0, 0, 0, 1], 2, false)).toEqual([1, 1]);
    // Cui et al. 2019: (1 - beta) / (1 - beta^n); here scaled to a mean of one over the cases.
    const [many = 0, one = 0] = classWeights([0, 0, 0, 1], 2, { beta: 0.5 });
    expect(one / many).toBeCloseTo((1 - 0.5 ** 3) / (1 - 0.5), 12);
    expect(3 * many + one).toBeCloseTo(4, 12);
    const [nearlyEven = 0, even = 0] = classWeights([0, 0, 0, 1], 2, { beta: 1 - 1e-7 });
    expect(even / nearlyEven).toBeCloseTo(3, 5);
  });

  it('weighs validation cases by class where training shows the classes equally often', () => {
    const { weightsOf } = objectiveOf(configOf({ sampling: 'balanced', classWeights: false }), cases);
    const byClass = classWeights(cases.truths, 3, true);
    cases.truths.forEach((truth, i) => {
      expect(weightsOf(i, 'training')).toEqual([1]);
      expect(weightsOf(i, 'validation')).toEqual([byClass[truth]]);
    });
  });

  it('says in a sentence why a loss does not fit', () => {
    expect(lossGap({ kind: 'focal', gamma: 2, smoothing: 0 }, 'classification')).toBeUndefined();
    expect(lossGap({ kind: 'binary', smoothing: 0 }, 'classification')).toMatch(/one class/);
    expect(lossGap({ kind: 'mse' }, 'classification')).toMatch(/number per case/);
  });
});

function arrayOf(data: ArrayLike<number>): number[][] {
  return cases.train.map((_, i) => Array.from({ length: 3 }, (__, k) => Number(data[3 * i + k])));
}
