import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lossGap, usualLoss } from '../../../main/contract/training/loss.ts';
import type { FrameImage } from '../../../main/domain/imageTypes.ts';
import { randomStream } from '../../../main/domain/random.ts';
import { labelAuroc } from '../../../main/domain/statistics/labelAuroc.ts';
import { labelThresholds } from '../../../main/domain/statistics/labelThresholds.ts';
import { assignSplits } from '../../../main/learning/dataset/assignSplits.ts';
import type { SelectionInput } from '../../../main/learning/dataset/candidates.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import type { GreyFrame } from '../../../main/learning/dataset/preprocess.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { type LoadCaseFrame, writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { ndArray } from '../../../main/learning/network/array64.ts';
import { writeBackward, writeForward } from '../../../main/learning/network/differentiate.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { lossNodes } from '../../../main/learning/network/loss.ts';
import { buildTrainStep, hyperFeeds, initialState } from '../../../main/learning/network/trainStep.ts';
import { type EvaluateModelInput, evaluateModel } from '../../../main/learning/prediction/evaluateModel.ts';
import type { LabelJudgement } from '../../../main/learning/prediction/judgeLabels.ts';
import { loadModel } from '../../../main/learning/prediction/loadModel.ts';
import { predictFrame } from '../../../main/learning/prediction/predictFrame.ts';
import { mixBatch } from '../../../main/learning/training/augmentation/mixBatch.ts';
import { batchFeeds } from '../../../main/learning/training/loop/batchFeeds.ts';
import { scoreCases } from '../../../main/learning/training/loop/objective.ts';
import { objectiveOf } from '../../../main/learning/training/loop/objectiveOf.ts';
import type { TrainingCases } from '../../../main/learning/training/trainingCases.ts';
import { image, label, recipe } from '../dataset/syntheticSelection.ts';
import { newFolder, runInput, smallConfig, train } from './smallRun.ts';

let root: string;
beforeAll(() => {
  root = newFolder();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const definition = (name: string) => ({ name, scope: 'image' as const, values: ['no', 'yes'] });
const numberOf = (caseId: string): number => Number(caseId.split('.')[1]);
const isLarge = (n: number): boolean => n % 2 === 0;
const isStriped = (n: number): boolean => n % 4 >= 2;

/** One image per patient with a disc, large or not, on stripes or not; stripes of every fifth one are not answered. */
function twoFindings(patients: number): SelectionInput {
  const images = Array.from({ length: patients }, (_, i) => image(i + 1));
  const answers = (is: (n: number) => boolean) => images.map((of, i) => label(of, is(i + 1) ? 'yes' : 'no'));
  const striped = answers(isStriped).filter((_, i) => (i + 1) % 5 !== 0);
  return {
    ...{ definition: definition('large'), images, labels: answers(isLarge), seriesFrames: new Map() },
    further: [{ definition: definition('striped'), labels: striped }],
  };
}

const loadFindings: LoadCaseFrame = (c): Promise<GreyFrame> => {
  const { rows, columns, caseId } = c;
  const next = randomStream(7, caseId);
  const n = numberOf(caseId);
  const radius = isLarge(n) ? 7 : 3;
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const disc = Math.hypot(column - columns / 2, row - rows / 2) < radius ? 400 : 0;
    return 200 + disc + (isStriped(n) && row % 4 < 2 ? 250 : 0) + Math.round(100 * next());
  });
  return Promise.resolve({ rows, columns, values, isInverted: false });
};

const labelled = (extra: object = {}) => recipe({ target: 'large', also: ['striped'], task: 'multi-label', ...extra });

async function findingsSnapshot(extra: object = {}): Promise<string> {
  const how = labelled(extra);
  const selection = selectCases(twoFindings(60), how);
  const request = { root, selection, recipe: how, target: 'large + striped', createdAt: '2026-01-01T00:00:00Z' };
  return (await writeSnapshot(request, loadFindings)).directory;
}

async function evaluateLabels(wanted: EvaluateModelInput): Promise<LabelJudgement & { outOfFold: boolean }> {
  const result = await evaluateModel(wanted, { progress: () => undefined, signal: new AbortController().signal });
  if (result.task !== 'multi-label') throw new Error(`an evaluation of ${result.task}`);
  return result;
}

describe('a dataset of several labels', () => {
  it('has a case for every image with any answer, and leaves open what was not answered', () => {
    const { cases, classes } = selectCases(twoFindings(20), labelled());
    expect(classes).toEqual(['large', 'striped']);
    expect(cases).toHaveLength(20);
    for (const { caseId, targets, className } of cases) {
      const n = numberOf(caseId);
      expect(targets).toEqual([Number(isLarge(n)), n % 5 === 0 ? null : Number(isStriped(n))]);
      if (n === 10) expect(className).toBe('large (1 not answered)');
      if (n === 6) expect(className).toBe('large + striped');
      if (n === 1) expect(className).toBe('none of them');
    }
  });

  it('treats readers who disagree about one label as no answer to it', () => {
    const from = twoFindings(8);
    const [first] = from.images;
    if (!first) throw new Error('no image');
    const doubted = { ...from, labels: [...from.labels, label(first, 'yes', { readerName: 'Ben' })] };
    const { cases, exclusions } = selectCases(doubted, labelled());
    expect(cases.find(({ caseId }) => numberOf(caseId) === 1)?.targets).toEqual([null, 0]);
    expect(exclusions).toEqual([]);
  });

  it.each([
    [{ also: [] }, 'two questions or more'],
    [{ also: ['striped'], task: 'classification' }, 'choose the task multi-label'],
    [{ also: ['striped'], positive: 'yes' }, 'no positive class'],
  ])('refuses %j', (extra, message) => {
    const from = twoFindings(8);
    const input = extra.also.length === 0 ? { ...from, further: [] } : from;
    expect(() => selectCases(input, labelled(extra))).toThrow(message);
  });

  it('refuses questions that are no labels of one image', () => {
    const from = twoFindings(8);
    const other = (change: object) => ({
      ...from,
      further: [{ definition: { ...definition('x'), ...change }, labels: [] }],
    });
    expect(() => selectCases(other({ values: ['a', 'b', 'c'] }), labelled())).toThrow('one of two values');
    expect(() => selectCases(other({ scope: 'series' }), labelled())).toThrow('is about a series');
    expect(() => selectCases(other({ name: 'large' }), labelled())).toThrow('named twice');
  });

  it('deals yes and no of each label alike, and refuses a training part that lacks one', async () => {
    const how = labelled({ seed: 3 });
    const { cases, splits } = assignSplits(selectCases(twoFindings(60), how).cases, how);
    if (splits.kind !== 'split') throw new Error('folds');
    const yesIn = (part: string, k: number) =>
      cases.filter((c, i) => splits.parts[i] === part && c.targets?.[k] === 1).length;
    for (const k of [0, 1]) for (const part of ['train', 'val', 'test']) expect(yesIn(part, k)).toBeGreaterThan(1);
    const from = twoFindings(20);
    const allLarge = { ...from, labels: from.labels.map((each) => ({ ...each, value: 'yes' })) };
    const selection = selectCases(allLarge, labelled());
    const request = { root, selection, recipe: labelled(), target: 'x', createdAt: '' };
    await expect(writeSnapshot(request, loadFindings)).rejects.toThrow('has the answer no to "large"');
  });
});

describe('learning several labels', () => {
  const Oracle = z.object({
    labels: z.object({
      ...{ logits: z.array(z.array(z.number())), answers: z.array(z.array(z.number())) },
      ...{ weights: z.array(z.array(z.number())), loss: z.number(), gradient: z.array(z.array(z.number())) },
    }),
  });
  const file = path.resolve(import.meta.dirname, '../../fixtures/numbers/numbers.json');
  const { labels: oracle } = Oracle.parse(JSON.parse(readFileSync(file, 'utf8')));

  it('weighs each answer by itself, as PyTorch does; what weighs 0 has no gradient', () => {
    const shape = [5, 3];
    const builder = new GraphBuilder('loss');
    for (const name of ['z', 'y', 'sampleWeight']) builder.input(name, 'float32', shape);
    const place = { logits: 'z', classes: 3, scores: 'sigmoid' as const };
    const nodes = lossNodes(builder, { kind: 'binary', isWeighedEach: true }, place);
    const tape = writeForward(builder, nodes, ['z']);
    const gradient = writeBackward(builder, tape, 'loss', ['z']).get('z') ?? '';
    const outputs = interpret(builder.build({ loss: 'loss', gradient }), {
      z: ndArray(shape, oracle.logits.flat()),
      y: ndArray(shape, oracle.answers.flat()),
      sampleWeight: ndArray(shape, oracle.weights.flat()),
    });
    expect(outputs.loss?.data[0]).toBeCloseTo(oracle.loss, 7);
    const found = [...(outputs.gradient?.data ?? [])];
    expect(found).toEqual(oracle.gradient.flat().map((value) => expect.closeTo(value, 7)));
    expect(found[5]).toBeCloseTo(0, 12);
  });

  const cases: TrainingCases = {
    ...{ task: 'multi-label', train: [0, 1, 2, 3], val: [], truths: [0, 1, 2, 3], patientIds: ['a', 'b', 'c', 'd'] },
    classes: ['x', 'y'],
    answers: [
      [true, false],
      [false, undefined],
      [false, true],
      [false, false],
    ],
  };
  const source = {
    shape: [1, 16, 16] as const,
    writePlain: () => undefined,
    writeForTraining: (caseIndex: number, _: number, into: Float32Array, offset: number) => {
      for (let i = 0; i < 256; i++) into[offset + i] = Math.sin(i * (caseIndex + 1));
    },
  };

  it.each([
    { loss: { kind: 'binary' } },
    { loss: { kind: 'binary', smoothing: 0.2 }, classWeights: false },
    { loss: { kind: 'focal', gamma: 2 } },
  ])('is the same in the step and over validation cases: %j', (extra) => {
    const objective = objectiveOf(smallConfig(extra), cases);
    const network = {
      ...architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 }),
      scores: 'sigmoid' as const,
    };
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
    const rows = cases.train.map((_, i) => [0, 1].map((k) => Number(logits[2 * i + k])));
    expect(scoreCases(objective, rows, cases.train).loss).toBeCloseTo(outputs.loss?.data[0] ?? Number.NaN, 6);
  });

  it('makes yes and no of each label weigh the same over the answered cases', () => {
    const { weightsOf } = objectiveOf(smallConfig({ loss: { kind: 'binary' } }), cases);
    // x: 1 yes, 3 no of 4. y: 1 yes, 2 no of 3.
    expect(weightsOf(0, 'training')).toEqual([4 / 2, 3 / 4]);
    expect(weightsOf(1, 'training')).toEqual([4 / 6, 0]);
    expect(weightsOf(2, 'training')).toEqual([4 / 6, 3 / 2]);
  });

  it('lets an answer that is missing have no part in a mixture', () => {
    const arrays = {
      x: new Float32Array(2),
      y: Float32Array.from([1, 0, 0, 1]),
      sampleWeight: Float32Array.from([1, 0, 1, 2]),
    };
    mixBatch(arrays, [1, 1, 1], [{ kind: 'mixup', partner: 1, share: 0.5 }, undefined]);
    expect([...arrays.y]).toEqual([0.5, 1, 0, 1]);
    expect([...arrays.sampleWeight]).toEqual([1, 1, 1, 2]);
  });

  it('takes losses of labels alone', () => {
    expect(usualLoss('multi-label')).toEqual({ kind: 'binary', smoothing: 0 });
    expect(lossGap({ kind: 'cross-entropy', smoothing: 0 }, 'multi-label')).toMatch(/several labels/);
  });
});

describe('figures of several labels', () => {
  it('by hand: AUROC and threshold over the answered cases of each', () => {
    const scores = [
      [0.9, 0.2],
      [0.4, 0.8],
      [0.6, 0.1],
      [0.1, 0.9],
    ];
    const answers = [
      [true, false],
      [true, undefined],
      [false, true],
      [false, true],
    ];
    const { macro, perLabel } = labelAuroc(scores, answers, ['a', 'b', 'c', 'd'], { seed: 1, resamples: 200 });
    // Label 1: of four pairs 0.9 beats both, 0.4 beats one. Label 2: of two pairs, 0.9 beats 0.2, 0.1 does not.
    expect(perLabel.map((estimate) => estimate?.value)).toEqual([0.75, 0.5]);
    expect(macro?.value).toBeCloseTo(0.625, 12);
    expect(perLabel[1]?.n).toBe(3);
    const [first, second] = labelThresholds(2, scores, answers);
    expect(first?.value).toBeGreaterThan(0.6);
    expect(second?.rule).toMatch(/Youden/);
    expect(labelThresholds(1, [[0.3]], [[true]])[0]).toMatchObject({ value: 0.5 });
  });
});

describe('several labels, from answers to a tested model', () => {
  it('are learned with gaps, tested label by label beside baselines, predicted and explained', async () => {
    const snapshot = await findingsSnapshot();
    const { manifest } = openSnapshot(snapshot);
    expect(manifest).toMatchObject({ target: 'large + striped', recipe: { target: 'large', also: ['striped'] } });
    const settings = { epochs: 14, learningRate: 0.01, batchSize: 8, patience: 14, loss: { kind: 'binary' } };
    const { model, epochs } = await train(runInput(root, 'labels', snapshot, smallConfig(settings)));
    expect(epochs.at(-1)).toMatchObject({ trainAuroc: expect.any(Number), valAuroc: expect.any(Number) });
    expect(model?.card).toMatchObject({
      ...{ task: 'multi-label', classes: ['large', 'striped'], labels: [{ name: 'large' }, { name: 'striped' }] },
      validation: { auroc: { value: expect.any(Number) } },
    });
    const modelPath = path.join(root, 'labels-model');
    const result = await evaluateLabels({ modelPath, snapshotDirectory: snapshot, split: 'test', threads: 1 });
    expect(result.perCase.macro?.value).toBeGreaterThan(0.9);
    const answered = result.cases.filter(({ answers }) => answers[1] !== undefined);
    expect(result.perCase.perLabel).toMatchObject([{ nCases: result.cases.length }, { nCases: answered.length }]);
    const [prevalence, linear] = result.baselines;
    expect(prevalence?.measured.macro?.value).toBe(0.5);
    expect(linear).toMatchObject({ name: 'linear-32x32' });
    const [one] = result.cases;
    expect(one?.called).toEqual(
      one?.scores.map((score, i) => score >= (model?.card.labels?.[i]?.threshold.value ?? 0)),
    );
    const loaded = loadModel(modelPath, { device: 'cpu', threads: 1 });
    const [candidate] = selectCases(twoFindings(60), labelled()).cases;
    const grey = candidate && (await loadFindings(candidate));
    if (!candidate || typeof grey !== 'object') throw new Error('no picture');
    const { rows, columns } = candidate;
    const frame = {
      ...{ rows, columns, samplesPerPixel: 1, isColor: false, isInverted: false },
      ...{ rescaleSlope: 1, rescaleIntercept: 0, pixels: Uint16Array.from(grey.values) },
    } as unknown as FrameImage;
    const said = await predictFrame(loaded, frame, { cam: 'gradcam', className: 'striped' });
    await loaded.dispose();
    expect(said.scores.every((score) => score > 0 && score < 1)).toBe(true);
    expect(said.thresholds).toHaveLength(2);
    expect(said.cam).toMatchObject({ className: 'striped' });
  }, 60_000);

  it('are tested out of fold, each network at its own thresholds', async () => {
    const snapshot = await findingsSnapshot({ partition: { kind: 'folds', folds: 3 } });
    const config = smallConfig({ epochs: 2, loss: { kind: 'focal' }, accumulateBatches: 2 });
    await train(runInput(root, 'folded', snapshot, config));
    const modelPath = path.join(root, 'folded-model');
    const result = await evaluateLabels({ modelPath, snapshotDirectory: snapshot, split: 'test', threads: 1 });
    expect(result).toMatchObject({ outOfFold: true, perCase: { nCases: 60 }, folds: [{}, {}, {}] });
    expect(result.thresholdRule).toMatch(/fold by fold/);
  }, 60_000);
});
