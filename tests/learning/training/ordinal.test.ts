import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskGap } from '../../../main/contract/training/taskGap.ts';
import { medianGrade, softGrades } from '../../../main/domain/statistics/grades.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { refuseUntrainable } from '../../../main/learning/dataset/refuseUntrainable.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import { decideClass } from '../../../main/learning/evaluation/predictedCase.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { buildTrainStep, hyperFeeds, initialState } from '../../../main/learning/network/trainStep.ts';
import { evaluateModel } from '../../../main/learning/prediction/evaluateModel.ts';
import { batchFeeds } from '../../../main/learning/training/loop/batchFeeds.ts';
import { scoreCases } from '../../../main/learning/training/loop/objective.ts';
import { objectiveOf } from '../../../main/learning/training/loop/objectiveOf.ts';
import type { TrainingCases } from '../../../main/learning/training/trainingCases.ts';
import { discs, loadSized, sizes } from '../dataset/gradedDiscs.ts';
import { recipe } from '../dataset/syntheticSelection.ts';
import { evaluateClasses } from '../prediction/evaluateClasses.ts';
import { discSnapshot, newFolder, runInput, smallConfig, train } from './smallRun.ts';

let root: string;
beforeAll(() => {
  root = newFolder();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function gradedSnapshot(extra: object = {}): Promise<string> {
  const how = recipe({ task: 'ordinal', ...extra });
  const selection = selectCases(discs(60), how);
  const request = { root, selection, recipe: how, target: 'Size', createdAt: '2026-01-01T00:00:00Z' };
  return (await writeSnapshot(request, loadSized)).directory;
}

const hooks = { progress: () => undefined, signal: new AbortController().signal };

describe('ordered grades', () => {
  it('are called by the median of the scores, which one far doubt does not move', () => {
    expect(medianGrade([0.2, 0.4, 0.4])).toBe(1);
    expect(medianGrade([0.6, 0, 0, 0.4])).toBe(0);
    expect(medianGrade([0.5, 0.5])).toBe(0);
    expect(medianGrade([0, 0, 1])).toBe(2);
    const grades = { classes: ['a', 'b', 'c'], positive: 'c', threshold: 0.5 };
    expect(decideClass([0.4, 0.25, 0.35], { ...grades, isOrdered: true })).toBe(1);
    expect(decideClass([0.4, 0.25, 0.35], grades)).toBe(0);
  });

  it('are learned with targets that fall off with the distance: exp(-steps squared), normalised', () => {
    const sum = 1 + 2 * Math.exp(-1) + Math.exp(-4);
    const [low = 0, truth = 0, high = 0, far = 0] = softGrades(1, 4);
    expect([low, truth, high, far].map((share) => share * sum)).toEqual(
      [Math.exp(-1), 1, Math.exp(-1), Math.exp(-4)].map((share) => expect.closeTo(share, 12)),
    );
    for (let truth = 0; truth < 5; truth++) expect(medianGrade(softGrades(truth, 5))).toBe(truth);
  });

  it.each([{}, { classWeights: false, loss: { kind: 'cross-entropy', smoothing: 0.2 } }])(
    'have the same loss in a step and over validation cases: %j',
    (extra) => {
      const cases: TrainingCases = {
        ...{ task: 'ordinal', train: [0, 1, 2, 3], val: [], truths: [0, 1, 2, 2], patientIds: ['a', 'b', 'c', 'd'] },
        classes: ['x', 'y', 'z'],
      };
      const source = {
        shape: [1, 16, 16] as const,
        writePlain: () => undefined,
        writeForTraining: (caseIndex: number, _: number, into: Float32Array, offset: number) => {
          for (let i = 0; i < 256; i++) into[offset + i] = Math.sin(i * (caseIndex + 1));
        },
      };
      const objective = objectiveOf(smallConfig(extra), cases);
      const network = architectureOf('small-cnn').build({ channels: 1, classes: 3, seed: 1 });
      const step = buildTrainStep(network, {
        ...{ batchSize: 4, inputShape: [1, 16, 16], loss: objective.loss, trainable: network.parameters },
        optimizer: smallConfig().optimizer,
      });
      const outputs = interpret(step.graph, {
        ...initialState(step, network),
        ...batchFeeds(cases.train, 1, source, cases, objective),
        ...hyperFeeds(step, { learningRate: 0, stepNumber: 1 }),
      });
      const logits = outputs.logits?.data ?? [];
      const rows = cases.train.map((_, i) => [0, 1, 2].map((k) => Number(logits[3 * i + k])));
      expect(scoreCases(objective, rows, cases.train).loss).toBeCloseTo(outputs.loss?.data[0] ?? Number.NaN, 6);
    },
  );

  it('go from labels to a tested model: sizes of discs', async () => {
    const snapshot = await gradedSnapshot();
    const { manifest } = openSnapshot(snapshot);
    expect(manifest.classes).toEqual(Object.keys(sizes));
    expect(manifest.positive).toBeUndefined();
    const config = smallConfig({ epochs: 12, learningRate: 0.01, batchSize: 8, patience: 12 });
    const { model, epochs } = await train(runInput(root, 'grades', snapshot, config));
    expect(epochs.at(-1)).toMatchObject({ trainError: expect.any(Number), valError: expect.any(Number) });
    expect(epochs.at(-1)).not.toHaveProperty('valAuroc');
    expect(model?.card).toMatchObject({ task: 'ordinal', validation: { kappa: { value: expect.any(Number) } } });
    expect(model?.card).not.toHaveProperty('threshold');
    const modelPath = path.join(root, 'grades-model');
    const result = await evaluateClasses({ modelPath, snapshotDirectory: snapshot, split: 'test', threads: 1 }, hooks);
    const { kappa, meanAbsoluteError } = result.evaluation.perCase;
    const steps = result.cases.map(({ trueClass, predictedClass }) =>
      Math.abs(manifest.classes.indexOf(trueClass) - manifest.classes.indexOf(predictedClass)),
    );
    expect(meanAbsoluteError?.value).toBeCloseTo(steps.reduce((a, b) => a + b, 0) / steps.length, 12);
    expect(kappa?.value).toBeGreaterThan(0.6);
    expect(result.evaluation.threshold.value).toBeNull();
    const prevalence = result.baselines.find(({ name }) => name === 'prevalence');
    expect(prevalence).toMatchObject({ kappa: { value: expect.closeTo(0, 12) } });
  }, 60_000);

  it('are another dataset than the same answers as classes, and the classes keep their hash', async () => {
    const plain = await gradedSnapshot({ task: 'classification' });
    const graded = await gradedSnapshot();
    expect(openSnapshot(plain).manifest.hash).not.toBe(openSnapshot(graded).manifest.hash);
    const recorded = openSnapshot(plain).manifest;
    expect(recorded.recipe.task).toBe('classification');
    const modelPath = path.join(root, 'grades-model');
    const onClasses = { modelPath, snapshotDirectory: plain, split: 'test', threads: 1 };
    await expect(evaluateModel(onClasses, hooks)).rejects.toMatchObject({ code: 'shape-mismatch' });
  });

  it('are tested out of fold by kappa too', async () => {
    const snapshot = await gradedSnapshot({ partition: { kind: 'folds', folds: 3 } });
    await train(runInput(root, 'folded', snapshot, smallConfig({ epochs: 1 })));
    const modelPath = path.join(root, 'folded-model');
    const result = await evaluateClasses({ modelPath, snapshotDirectory: snapshot, split: 'test', threads: 1 }, hooks);
    expect(result.outOfFold).toBe(true);
    expect(result.cases).toHaveLength(60);
    for (const fold of result.folds ?? []) expect(fold).not.toHaveProperty('auroc');
    expect(result.evaluation.perCase.kappa).not.toBeNull();
  }, 60_000);

  it('are learned on a frozen base and from a network of classes, too', async () => {
    const snapshot = await gradedSnapshot();
    const plain = await gradedSnapshot({ task: 'classification' });
    const frozen = smallConfig({ mode: 'features', backbone: 'random', epochs: 2, learningRate: 0.01 });
    expect((await train(runInput(root, 'frozen', snapshot, frozen))).model?.card.task).toBe('ordinal');
    const classes = await train(runInput(root, 'classes', plain, smallConfig({ epochs: 1 })));
    expect(classes.model?.card).toMatchObject({ task: 'classification', validation: { auroc: expect.anything() } });
    const tuned = runInput(root, 'tuned', snapshot, smallConfig({ mode: 'fine-tune', backbone: 'classes', epochs: 1 }));
    const outcome = await train({ ...tuned, backbonePath: path.join(root, 'classes-model') });
    expect(outcome.model?.card.task).toBe('ordinal');
  }, 60_000);

  it('need three grades in an order, no positive class, and a dense head', async () => {
    const turned = ['huge', 'large', 'medium', 'small'];
    expect(selectCases(discs(12), recipe({ task: 'ordinal', grades: turned })).classes).toEqual(turned);
    const order = (grades: readonly string[], task = 'ordinal') => selectCases(discs(12), recipe({ task, grades }));
    expect(() => order(turned.slice(1))).toThrow(/not among the grades/);
    expect(() => order([...turned, 'giant'])).toThrow(/not a value/);
    expect(() => order([...turned, 'huge'])).toThrow(/twice/);
    expect(() => order(turned, 'classification')).toThrow(/Only ordered grades/);
    const two = recipe({ task: 'ordinal' });
    await expect(discSnapshot(root, 12, two)).rejects.toMatchObject({ code: 'missing-class' });
    expect(() => selectCases(discs(12), recipe({ task: 'ordinal', positive: 'huge' }))).toThrow(/no positive class/);
    expect(() => refuseUntrainable(selectCases(discs(12), two))).not.toThrow();
    expect(taskGap({ loss: { kind: 'cross-entropy', smoothing: 0 }, head: 'forest' }, 'ordinal')).toMatch(/dense head/);
    expect(taskGap({ loss: { kind: 'focal', gamma: 2, smoothing: 0 }, head: 'dense' }, 'ordinal')).toMatch(/ordered/);
    expect(taskGap({ loss: { kind: 'cross-entropy', smoothing: 0 }, head: 'dense' }, 'ordinal')).toBeUndefined();
  });
});
