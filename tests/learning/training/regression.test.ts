import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lossGap, usualLoss } from '../../../main/contract/training/loss.ts';
import { taskGap } from '../../../main/contract/training/taskGap.ts';
import type { FrameImage } from '../../../main/domain/imageTypes.ts';
import { assignSplits } from '../../../main/learning/dataset/assignSplits.ts';
import type { SelectionInput } from '../../../main/learning/dataset/candidates.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { buildTrainStep, hyperFeeds, initialState } from '../../../main/learning/network/trainStep.ts';
import { type EvaluateModelInput, evaluateModel } from '../../../main/learning/prediction/evaluateModel.ts';
import type { NumberJudgement } from '../../../main/learning/prediction/judgeNumbers.ts';
import { loadModel } from '../../../main/learning/prediction/loadModel.ts';
import { predictFrame } from '../../../main/learning/prediction/predictFrame.ts';
import { batchFeeds } from '../../../main/learning/training/loop/batchFeeds.ts';
import { scoreCases } from '../../../main/learning/training/loop/objective.ts';
import { objectiveOf } from '../../../main/learning/training/loop/objectiveOf.ts';
import type { TrainingCases } from '../../../main/learning/training/trainingCases.ts';
import { loadSized } from '../dataset/gradedDiscs.ts';
import { image, input, label, recipe } from '../dataset/syntheticSelection.ts';
import { newFolder, runInput, smallConfig, train } from './smallRun.ts';

let root: string;
beforeAll(() => {
  root = newFolder();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const number = { unit: 'px', minimum: 0, maximum: 10 };
const radiusOf = (i: number): number => Math.round((2 + (6 * ((i * 37) % 60)) / 59) * 100) / 100;

/** One disc per patient, its radius from 2 to 8 pixels. */
function radii(patients: number): SelectionInput {
  const images = Array.from({ length: patients }, (_, i) => image(i + 1));
  const labels = images.map((of, i) => label(of, String(radiusOf(i))));
  return input(images, labels, { definition: { name: 'Radius', scope: 'image', values: [], number } });
}

async function radiusSnapshot(extra: object = {}, from = radii(60)): Promise<string> {
  const how = recipe({ target: 'Radius', task: 'regression', ...extra });
  const selection = selectCases(from, how);
  const request = { root, selection, recipe: how, target: 'Radius', createdAt: '2026-01-01T00:00:00Z' };
  return (await writeSnapshot(request, loadSized)).directory;
}

async function evaluateNumbers(wanted: EvaluateModelInput): Promise<NumberJudgement & { outOfFold: boolean }> {
  const result = await evaluateModel(wanted, { progress: () => undefined, signal: new AbortController().signal });
  if (result.task !== 'regression') throw new Error(`an evaluation of ${result.task}`);
  return result;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('a dataset of numbers', () => {
  it('takes the mean of the readers, the adjudicated answer before it, or one reader alone', () => {
    const [one, two] = [image(1), image(2)];
    const labels = [
      label(one, '4'),
      label(one, '5', { readerName: 'Ben' }),
      label(two, '7'),
      label(two, '1', { readerName: 'Ben' }),
      label(two, '6.5', { readerName: 'Cid', isAdjudicated: true }),
    ];
    const definition = { name: 'Radius', scope: 'image' as const, values: [], number };
    const from = input([one, two], labels, { definition });
    const valuesOf = (extra: object) =>
      selectCases(from, recipe({ task: 'regression', ...extra })).cases.map(({ targets, className }) => [
        ...(targets ?? []),
        className,
      ]);
    expect(valuesOf({})).toEqual([
      [4.5, '4.5'],
      [6.5, '6.5'],
    ]);
    expect(valuesOf({ reader: 'Ben' })).toEqual([
      [5, '5'],
      [1, '1'],
    ]);
  });

  it('is asked for by its task, and the task by its question', () => {
    expect(() => selectCases(radii(4), recipe())).toThrow('is answered with a number: choose the task regression');
    const classes = input([], [], { definition: { name: 'Finding', scope: 'image', values: ['a', 'b'] } });
    expect(() => selectCases(classes, recipe({ task: 'regression' }))).toThrow('is not answered with a number');
    expect(() => selectCases(radii(4), recipe({ task: 'regression', positive: '3' }))).toThrow('no positive class');
  });

  it('keeps numbers, scale and rule, and hashes them', async () => {
    const { manifest } = openSnapshot(await radiusSnapshot());
    expect(manifest).toMatchObject({
      classes: ['Radius'],
      number,
      groundTruthRule: expect.stringMatching(/mean of all/),
    });
    expect(manifest.cases.every(({ className, targets }) => Number(className) === targets?.[0])).toBe(true);
    expect(manifest.counts).toMatchObject({ train: { Radius: { cases: 42 } }, val: { Radius: { cases: 9 } } });
    const wider = radii(60);
    const scaled = { ...wider, definition: { ...wider.definition, number: { ...number, maximum: 20 } } };
    expect(openSnapshot(await radiusSnapshot({}, scaled)).manifest.hash).not.toBe(manifest.hash);
  });

  it('spreads small and large numbers alike over the parts', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const how = recipe({ task: 'regression', seed });
      const { cases, splits } = assignSplits(selectCases(radii(100), how).cases, how);
      if (splits.kind !== 'split') throw new Error('folds');
      const meanOf = (part: string) =>
        mean(cases.flatMap((c, i) => (splits.parts[i] === part ? Number(c.targets?.[0]) : [])));
      // Of 15 draws from 2..8 by chance the mean would vary by 0.45; with fifths alike it varies by a fifth of that.
      expect(Math.abs(meanOf('test') - meanOf('train'))).toBeLessThan(0.4);
      expect(Math.abs(meanOf('val') - meanOf('train'))).toBeLessThan(0.4);
    }
  });

  it('needs two different numbers', () => {
    const same = radii(4);
    const labels = same.labels.map((each) => ({ ...each, value: '3' }));
    const how = recipe({ task: 'regression' });
    const request = {
      root,
      selection: selectCases({ ...same, labels }, how),
      recipe: how,
      target: 'Radius',
      createdAt: '',
    };
    return expect(writeSnapshot(request, loadSized)).rejects.toMatchObject({ code: 'missing-class' });
  });
});

describe('learning a number', () => {
  const cases: TrainingCases = {
    ...{ task: 'regression', train: [0, 1, 2, 3], val: [], truths: [30, 40, 42, 60], patientIds: ['a', 'b', 'c', 'd'] },
    classes: ['age'],
    standard: { mean: 43, standardDeviation: 10.816653826391969 },
  };
  const source = {
    shape: [1, 16, 16] as const,
    writePlain: () => undefined,
    writeForTraining: (caseIndex: number, _: number, into: Float32Array, offset: number) => {
      for (let i = 0; i < 256; i++) into[offset + i] = Math.sin(i * (caseIndex + 1));
    },
  };

  it.each([{ loss: { kind: 'mse' } }, { loss: { kind: 'huber', delta: 0.5 } }])(
    'is the same in the step and over validation cases, standardised: %j',
    (extra) => {
      const objective = objectiveOf(smallConfig(extra), cases);
      const network = architectureOf('small-cnn').build({ channels: 1, classes: 1, seed: 1 });
      const step = buildTrainStep(network, {
        ...{ batchSize: 4, inputShape: [1, 16, 16], loss: objective.loss, trainable: network.parameters },
        optimizer: smallConfig().optimizer,
      });
      const feeds = batchFeeds(cases.train, 1, source, cases, objective);
      expect(mean([...(feeds.y?.data ?? [])].map(Number))).toBeCloseTo(0, 6);
      const outputs = interpret(step.graph, {
        ...initialState(step, network),
        ...feeds,
        ...hyperFeeds(step, { learningRate: 0, stepNumber: 1 }),
      });
      const rows = [...(outputs.logits?.data ?? [])].map((logit) => [Number(logit)]);
      const { loss, scores } = scoreCases(objective, rows, cases.train);
      expect(loss).toBeCloseTo(outputs.loss?.data[0] ?? Number.NaN, 6);
      expect(scores[0]?.[0]).toBeCloseTo(43 + 10.816653826391969 * (rows[0]?.[0] ?? 0), 9);
    },
  );

  it('takes losses of numbers alone, and no head that is fitted to classes', () => {
    expect(usualLoss('regression')).toEqual({ kind: 'mse' });
    expect(lossGap({ kind: 'huber', delta: 1 }, 'regression')).toBeUndefined();
    expect(lossGap({ kind: 'mse' }, 'classification')).toMatch(/number per case/);
    expect(lossGap({ kind: 'cross-entropy', smoothing: 0 }, 'regression')).toMatch(/gives each case a number/);
    expect(taskGap({ loss: { kind: 'mse' }, head: 'forest' }, 'regression')).toMatch(/a number per case/);
  });
});

describe('a number, from labels to a tested model', () => {
  it('is learned, tested in its unit beside baselines, predicted with its unit and explained', async () => {
    const snapshot = await radiusSnapshot();
    const settings = { epochs: 25, learningRate: 0.01, batchSize: 8, patience: 25, loss: { kind: 'mse' } };
    const { model, epochs } = await train(runInput(root, 'radius', snapshot, smallConfig(settings)));
    expect(epochs.at(-1)).toMatchObject({ trainError: expect.any(Number), valError: expect.any(Number) });
    expect(model?.card).toMatchObject({
      ...{ task: 'regression', classes: ['Radius'], number: { ...number, standardisedBy: [{}] } },
      validation: { meanAbsoluteError: { value: expect.any(Number) } },
    });
    expect(model?.card).not.toHaveProperty('threshold');
    const { manifest, splits } = openSnapshot(snapshot);
    const inTrain = manifest.cases.flatMap((c, i) => (splits.kind === 'split' && splits.parts[i] === 'train' ? Number(c.targets?.[0]) : [])); // biome-ignore format: one list
    expect(model?.card.number?.standardisedBy[0]?.mean).toBeCloseTo(mean(inTrain), 12);
    const modelPath = path.join(root, 'radius-model');
    const result = await evaluateNumbers({ modelPath, snapshotDirectory: snapshot, split: 'test', threads: 1 });
    const errors = result.cases.map(({ truth, predicted }) => Math.abs(predicted - truth));
    expect(result.perCase.meanAbsoluteError.value).toBeCloseTo(mean(errors), 12);
    expect(result.perCase.meanAbsoluteError.value).toBeLessThan(0.8);
    expect(result.perCase.concordance?.value).toBeGreaterThan(0.8);
    expect(result.perPatient?.nCases).toBe(result.perCase.nPatients);
    const [centre, linear] = result.baselines;
    expect(centre).toMatchObject({ name: 'mean' });
    expect(linear).toMatchObject({ name: 'linear-32x32' });
    const fromMean = mean(result.cases.map(({ truth }) => Math.abs(truth - mean(inTrain))));
    expect(centre?.meanAbsoluteError.value).toBeCloseTo(fromMean, 9);
    expect(result.perCase.meanAbsoluteError.high).toBeLessThan(centre?.meanAbsoluteError.value ?? 0);
    await predictsOneFrame(modelPath);
  }, 60_000);

  async function predictsOneFrame(modelPath: string): Promise<void> {
    const model = loadModel(modelPath, { device: 'cpu', threads: 1 });
    const [candidate] = selectCases(radii(60), recipe({ target: 'Radius', task: 'regression' })).cases;
    if (!candidate) throw new Error('no case');
    const grey = await loadSized(candidate);
    if (typeof grey === 'string') throw new Error(grey);
    const { rows, columns } = candidate;
    const frame = {
      ...{ rows, columns, samplesPerPixel: 1, isColor: false, isInverted: false },
      ...{ rescaleSlope: 1, rescaleIntercept: 0, pixels: Uint16Array.from(grey.values) },
    } as unknown as FrameImage;
    const prediction = await predictFrame(model, frame, { cam: 'gradcam' });
    const plain = await predictFrame(model, frame, { cam: 'cam' });
    await model.dispose();
    expect(prediction.scores).toHaveLength(1);
    expect(prediction.predicted).toBe(`${prediction.scores[0]?.toFixed(2)} px`);
    expect(prediction).not.toHaveProperty('threshold');
    expect(prediction.cam).toMatchObject({ className: 'Radius', method: 'gradcam' });
    expect(plain.cam).toMatchObject({ className: 'Radius', method: 'cam' });
  }

  it('is tested out of fold, each network standardised by its own training part', async () => {
    const snapshot = await radiusSnapshot({ partition: { kind: 'folds', folds: 3 } });
    const { model } = await train(
      runInput(root, 'folded', snapshot, smallConfig({ epochs: 2, loss: { kind: 'huber' } })),
    );
    const means = new Set(model?.card.number?.standardisedBy.map((by) => by.mean));
    expect(means.size).toBe(3);
    const modelPath = path.join(root, 'folded-model');
    const result = await evaluateNumbers({ modelPath, snapshotDirectory: snapshot, split: 'test', threads: 1 });
    expect(result).toMatchObject({ outOfFold: true, perCase: { nCases: 60 }, folds: [{}, {}, {}] });
    expect(result.cases.every(({ folds }) => folds?.length === 1)).toBe(true);
    const loaded = loadModel(modelPath, { device: 'cpu', threads: 1 });
    expect(loaded.networks).toHaveLength(3);
    await loaded.dispose();
  }, 60_000);

  it('resumes to the same bytes', async () => {
    const snapshot = await radiusSnapshot();
    const config = smallConfig({ epochs: 3, loss: { kind: 'mse' } });
    await train(runInput(root, 'whole', snapshot, config));
    const parted = { ...runInput(root, 'parted', snapshot, config), checkpointSeconds: 0 };
    await train(parted, (progress, control) => {
      if (progress.kind === 'step' && progress.epoch === 2) control.pause();
    });
    await train({ ...runInput(root, 'parted', snapshot), checkpointSeconds: 0 });
    const bytes = (name: string) => readFileSync(path.join(root, `${name}-model`, 'model.onnx'));
    expect(bytes('parted').equals(bytes('whole'))).toBe(true);
  }, 60_000);
});
