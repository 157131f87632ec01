import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { DatasetRecipe, type SnapshotSummary } from '../../main/contract/datasets.ts';
import type { ClassEvaluation } from '../../main/contract/evaluations.ts';
import type { Job } from '../../main/contract/jobs.ts';
import type { ModelCard, Prediction } from '../../main/contract/models.ts';
import { type EpochRow, TrainingConfig } from '../../main/contract/training.ts';
import { openStore } from '../../main/store/openStore.ts';
import type { Store } from '../../main/store/store.ts';
import { addSamples, seriesUid, sha, sopUid, temporaryFolder } from './support/samples.ts';

const folder = temporaryFolder();
let store: Store;
let n = 0;
beforeEach(() => {
  n += 1;
  store = openStore(`${folder.path}/${n}`, { kind: 'test' });
});
afterEach(() => store.close());
afterAll(() => folder.remove());

const createdAt = '2026-01-02T03:04:05.000Z';
const summary = (id: string): SnapshotSummary => ({
  id,
  hash: sha(id),
  path: `${folder.path}/${n}/snapshots/${id}`,
  target: 'Nodule',
  unit: 'lesion',
  classes: ['a', 'b'],
  cases: 10,
  patients: 5,
  size: 64,
  channels: 1,
  createdAt,
});
const recipe = DatasetRecipe.parse({ target: 'Nodule' });
const config = TrainingConfig.parse({ snapshot: 'snapshot-1', epochs: 4 });
const epoch = (number: number, more: Partial<EpochRow> = {}): EpochRow => ({
  epoch: number,
  loss: 1 / number,
  valLoss: 2 / number,
  learningRate: 1e-3,
  seconds: 1,
  etaSeconds: 3,
  isBest: false,
  ...more,
});
const card: ModelCard = {
  name: 'first',
  task: 'classification',
  architecture: 'small-cnn',
  classes: ['a', 'b'],
  unit: 'lesion',
  seenPatients: [sha('P1')],
  seenPixels: [],
  intendedUse: 'Research.',
};
const interval = { value: 0.8, low: 0.7, high: 0.9, method: 'DeLong' };
const evaluation = (id: string, at: string): ClassEvaluation => ({
  task: 'classification',
  id,
  modelId: 'model-1',
  snapshotId: 'snapshot-1',
  split: 'test',
  outOfFold: false,
  unit: 'lesion',
  classes: ['a', 'b'],
  threshold: { value: 0.5, rule: 'Youden' },
  perCase: {
    nCases: 3,
    nPatients: 2,
    auroc: interval,
    accuracy: interval,
    balancedAccuracy: interval,
    brier: interval,
    confusion: [
      [1, 1],
      [0, 1],
    ],
    roc: [],
  },
  baselines: [],
  looks: 1,
  createdAt: at,
});
const addModel = () =>
  store.runs.addModel({ id: 'model-1', name: 'first', card, path: 'models/model-1', sizeBytes: 9 });

test('snapshots are found by id, hash and start of the hash; the same hash is one snapshot', () => {
  store.runs.addSnapshot(summary('snapshot-1'), recipe);
  expect(store.runs.addSnapshot({ ...summary('snapshot-2'), hash: sha('snapshot-1') }, recipe).id).toBe('snapshot-1');
  expect(store.runs.snapshots()).toEqual([summary('snapshot-1')]);
  for (const name of ['snapshot-1', sha('snapshot-1'), sha('snapshot-1').slice(0, 8)]) {
    expect(store.runs.snapshot(name), name).toEqual({ summary: summary('snapshot-1'), recipe });
  }
  expect(store.runs.snapshot(sha('snapshot-1').slice(0, 7))).toBeUndefined();
});

test('a run gathers epochs; a repeated epoch replaces its row', () => {
  const { runs } = store;
  runs.addRun({ id: 'run-1', name: 'First', snapshotId: 'snapshot-1', config });
  runs.changeRun('run-1', { status: 'running', jobId: 'job-1' });
  runs.addEpoch('run-1', epoch(1, { isBest: true }));
  runs.addEpoch('run-1', epoch(2));
  runs.addEpoch('run-1', epoch(2, { isBest: true, valAuroc: 0.75 }));
  const preview = [{ caseIndex: 3, className: 'a', scores: [0.25, 0.75] }];
  runs.changeRun('run-1', { seconds: 2, preview, hint: 'Going well.' });
  expect(runs.runs()).toMatchObject([
    { id: 'run-1', status: 'running', epochsDone: 2, epochs: 4, bestEpoch: 2, bestValLoss: 1, bestValAuroc: 0.75 },
  ]);
  expect(runs.run('run-1')).toMatchObject({ config, preview, hint: 'Going well.', jobId: 'job-1', epochs: [{}, {}] });
  const error = { code: 'loss-not-finite', message: 'The loss is not a number.' };
  expect(runs.changeRun('run-1', { status: 'failed', error }).status).toBe('failed');
  expect(runs.run('run-1')?.error).toEqual(error);
  runs.changeRun('run-1', { status: 'running' });
  expect(runs.run('run-1')?.error).toBeUndefined();
  expect(() => runs.addEpoch('run-1', epoch(3, { loss: Number.NaN }))).toThrow();
  expect(() => runs.changeRun('run-9', {})).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(runs.run('run-9')).toBeUndefined();
});

test('after a crash jobs that ran have failed and runs that ran are interrupted', () => {
  const job = (id: string, status: Job['status']): Job => ({
    id,
    kind: 'training',
    title: 'Training',
    status,
    progress: { message: '' },
    createdAt,
  });
  store.runs.saveJob(job('job-1', 'running'));
  store.runs.saveJob(job('job-2', 'done'));
  store.runs.addRun({ id: 'run-1', name: 'First', snapshotId: 'snapshot-1', config, jobId: 'job-1' });
  store.runs.changeRun('run-1', { status: 'running' });
  store.close();
  store = openStore(`${folder.path}/${n}`, { kind: 'test' });
  const { jobs, runIds } = store.runs.recover();
  expect(jobs).toMatchObject([{ id: 'job-1', status: 'failed', error: { code: 'worker-died' } }]);
  expect(runIds).toEqual(['run-1']);
  expect(store.runs.run('run-1')?.summary.status).toBe('interrupted');
  expect(store.runs.job('job-2')?.status).toBe('done');
  expect(store.runs.jobs()).toHaveLength(2);
  expect(store.runs.recover()).toEqual({ jobs: [], runIds: [] });
});

test('models carry the figures of their latest evaluation; looks at a split are counted', () => {
  const { runs } = store;
  addModel();
  expect(runs.models()[0]).not.toHaveProperty('auroc');
  runs.addEvaluation(evaluation('evaluation-1', '2026-01-01T00:00:00.000Z'), []);
  const cases = [
    {
      kind: 'class' as const,
      caseIndex: 0,
      patientId: 'P1',
      imageId: 'i0',
      trueClass: 'a',
      predictedClass: 'a',
      scores: [0.9, 0.1],
    },
    {
      kind: 'class' as const,
      caseIndex: 1,
      patientId: 'P1',
      imageId: 'i1',
      trueClass: 'a',
      predictedClass: 'b',
      scores: [0.2, 0.8],
    },
    {
      kind: 'class' as const,
      caseIndex: 2,
      patientId: 'P2',
      imageId: 'i2',
      trueClass: 'b',
      predictedClass: 'b',
      scores: [0.4, 0.6],
    },
  ];
  runs.addEvaluation(evaluation('evaluation-2', '2026-01-02T00:00:00.000Z'), cases);
  expect(runs.model('first')).toMatchObject({ card, sizeBytes: 9, summary: { auroc: interval, cases: 3 } });
  expect(runs.models()).toMatchObject([{ id: 'model-1', evaluationId: 'evaluation-2' }]);
  expect(runs.evaluations('model-1').map(({ id }) => id)).toEqual(['evaluation-2', 'evaluation-1']);
  expect(runs.evaluations('model-2')).toEqual([]);
  expect(runs.evaluationCases('evaluation-2').map(({ caseIndex }) => caseIndex)).toEqual([1, 2, 0]);
  expect(runs.evaluationCases('evaluation-2', { trueClass: 'a', predictedClass: 'b' })).toEqual([cases[1]]);
  expect(runs.evaluationCases('evaluation-2', { limit: 1 })).toHaveLength(1);
  expect(runs.evaluationCases('evaluation-2', { limit: 2, offset: 1 })).toMatchObject([
    { caseIndex: 2 },
    { caseIndex: 0 },
  ]);
  expect(runs.looks('model-1', 'snapshot-1', 'test')).toBe(0);
  expect(runs.recordLook('model-1', 'snapshot-1', 'test')).toBe(1);
  expect(runs.recordLook('model-1', 'snapshot-1', 'test')).toBe(2);
  expect(runs.looks('model-1', 'snapshot-1', 'val')).toBe(0);
});

test('a prediction keeps its map bit for bit and replaces the former one of the same image', () => {
  addSamples(store, [{}, { image: 2 }]);
  addModel();
  const prediction = (id: string, image: number, lesionLabelId?: string): Prediction =>
    ({
      id,
      modelId: 'model-1',
      imageId: `groundglass:${sopUid(1, 1, image)}/1`,
      ...(lesionLabelId !== undefined && { lesionLabelId }),
      classes: ['a', 'b'],
      scores: [0.25, 0.75],
      predicted: 'b',
      seenInTraining: false,
      cam: {
        className: 'b',
        layer: 'relu',
        method: 'gradcam',
        rows: 1,
        columns: 2,
        grid: Float32Array.of(-0.1, 3e-38),
        affinePixels: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      },
      createdAt,
    }) as Prediction;
  store.runs.savePredictions([prediction('p-1', 2), prediction('p-2', 1), prediction('p-3', 1, 'label-1')]);
  store.runs.savePredictions([prediction('p-4', 1)]);
  const found = store.runs.predictions(seriesUid(1));
  expect(found.map(({ id }) => id).sort()).toEqual(['p-1', 'p-3', 'p-4']);
  expect(found.find(({ id }) => id === 'p-4')).toEqual(prediction('p-4', 1));
  expect(store.runs.predictions(seriesUid(1), 'model-2')).toEqual([]);
});

test('the summary counts what is there', () => {
  addSamples(store, [{}]);
  addModel();
  const practice = { folder: '/p', labelsCsv: '/p/labels.csv', kinds: ['cr'] };
  store.settings.setPractice(practice);
  expect(store.summary()).toEqual({
    patients: 1,
    studies: 1,
    series: 1,
    instances: 1,
    labels: 0,
    readers: 0,
    snapshots: 0,
    runs: 0,
    models: 1,
    evaluations: 0,
    predictions: 0,
    practice,
  });
});

test('of ordered grades the cases that are furthest off come first', () => {
  const { runs } = store;
  addModel();
  const graded = {
    ...evaluation('graded', '2026-01-01T00:00:00.000Z'),
    task: 'ordinal' as const,
    classes: ['1', '2', '3'],
  };
  const one = { kind: 'class' as const, patientId: 'P1', imageId: 'i', trueClass: '1' };
  runs.addEvaluation({ ...graded, perCase: { ...graded.perCase, kappa: interval } }, [
    { ...one, caseIndex: 0, predictedClass: '1', scores: [0.6, 0.4, 0] },
    { ...one, caseIndex: 1, predictedClass: '2', scores: [0.1, 0.9, 0] },
    { ...one, caseIndex: 2, predictedClass: '3', scores: [0.2, 0, 0.8] },
  ]);
  expect(runs.evaluationCases('graded').map(({ caseIndex }) => caseIndex)).toEqual([2, 1, 0]);
  const { summary } = runs.model('first') ?? {};
  expect(summary).toMatchObject({ kappa: interval });
  expect(summary).not.toHaveProperty('auroc');
});
