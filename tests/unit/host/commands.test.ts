import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Job } from '../../../main/contract/jobs.ts';
import { AppError } from '../../../main/domain/errors.ts';
import type { CliCommand, CommandContext } from '../../../main/host/cli/command.ts';
import { backup } from '../../../main/host/cli/commands/backup.ts';
import { dataset } from '../../../main/host/cli/commands/dataset.ts';
import { evaluate } from '../../../main/host/cli/commands/evaluate.ts';
import { importImages } from '../../../main/host/cli/commands/import.ts';
import { labels } from '../../../main/host/cli/commands/labels.ts';
import { restore } from '../../../main/host/cli/commands/restore.ts';
import { series } from '../../../main/host/cli/commands/series.ts';
import { train } from '../../../main/host/cli/commands/train.ts';
import { verify } from '../../../main/host/cli/commands/verify.ts';
import { makeOutput } from '../../../main/host/cli/output.ts';
import { parseCommand } from '../../../main/host/cli/runCommand.ts';
import { connectLocally, type EventListener } from '../../../main/host/connection.ts';
import { fakeApp } from './fakeApp.ts';

type Handler = (input: never) => unknown;
type Handlers = Record<string, Handler> | ((announce: EventListener) => Record<string, Handler>);
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Runs a command against a core that answers as told; returns its lines and exit code. */
async function run(command: CliCommand, argv: string[], handlers: Handlers, isJson = true) {
  const text: string[] = [];
  const written: string[] = [];
  const announce: EventListener = (name, payload) => app.announce(name, payload);
  const app = fakeApp('/workspace', typeof handlers === 'function' ? handlers(announce) : handlers);
  const core = connectLocally(app, { connectionId: 'test' });
  closers.push(() => core.channel.close());
  const stops: unknown[] = [];
  const context: CommandContext = {
    output: makeOutput(isJson, {
      out: (line) => written.push(line),
      err: (line) => text.push(line),
      isTerminal: false,
    }),
    workspacePath: '/workspace',
    spawnWorker: () => {
      throw new Error('no worker is needed here');
    },
    signal: new AbortController().signal,
    openCore: async () => core,
    openExistingCore: async () => core,
    openCoreWaiting: async () => core,
    isAttached: () => false,
    onStop: (facts) => stops.push(facts),
  };
  const code = await command.run(parseCommand(command, argv), context);
  const lines = isJson ? written.map((line) => JSON.parse(line) as Record<string, unknown>) : [];
  return { code, lines, text: written.join(''), stops, app };
}

const job = (facts: Partial<Job>): Job => ({
  id: 'job-1',
  kind: 'import',
  title: 'Import',
  status: 'done',
  progress: { message: '' },
  createdAt: '2026-01-01T00:00:00Z',
  ...facts,
});

const totals = { patients: 1, studies: 1, series: 1, instances: 3 };
const importHandlers = (result: object): Record<string, Handler> => ({
  'imports.start': () => ({ jobId: 'job-1' }),
  'jobs.get': () => job({ result: { ...totals, findings: [], total: totals, imported: 0, skipped: 0, ...result } }),
});
const rejected = [{ path: '/a/x.dcm', code: 'not-dicom', message: 'no DICOM file' }];

test('import: rejected files count only with --strict, nothing accepted always does', async () => {
  const some = await run(importImages, ['a'], importHandlers({ imported: 3, rejected }));
  expect(some.code).toBe(0);
  expect(some.lines.at(-1)).toMatchObject({ imported: 3, skipped: 0, rejected, total: totals });
  expect((await run(importImages, ['a', '--strict'], importHandlers({ imported: 3, rejected }))).code).toBe(1);
  expect((await run(importImages, ['a'], importHandlers({ skipped: 3, rejected: [] }))).code).toBe(0);
  expect((await run(importImages, ['a'], importHandlers({ rejected }))).code).toBe(1);
});

test('paths are those of the person, not of the package', async () => {
  process.env.INIT_CWD = '/where/I/am';
  let asked: unknown;
  const handlers = importHandlers({ imported: 1, rejected: [] });
  await run(importImages, ['scan', '/abs', '--metadata', 'm.csv'], {
    ...handlers,
    'imports.start': (input) => {
      asked = input;
      return { jobId: 'job-1' };
    },
  });
  delete process.env.INIT_CWD;
  expect(asked).toEqual({ paths: ['/where/I/am/scan', '/abs'], metadata: '/where/I/am/m.csv', copy: false });
});

test('a job is followed through its events and its failure keeps the code', async () => {
  let asked = 0;
  const failing = run(labels, ['import', 'l.csv'], {
    'labels.import': () => ({ jobId: 'job-1' }),
    'jobs.get': () => {
      asked++;
      if (asked === 1) return job({ status: 'running', progress: { fraction: 0.5, message: 'row 5', etaSeconds: 3 } });
      return job({ status: 'failed', error: { code: 'unknown-target', message: 'no such series' } });
    },
  });
  await expect(failing).rejects.toMatchObject({ code: 'unknown-target' });
  await expect(failing).rejects.toBeInstanceOf(AppError);
});

test('series: one line per stack with a 4x4 affine', async () => {
  const affine = [1, 0, 0, -5, 0, 1, 0, -6, 0, 0, 2, -7, 0, 0, 0, 1];
  const { lines } = await run(series, [], {
    'worklist.list': () => ({ rows: [{ seriesInstanceUid: '1.2' }] }),
    'series.get': () => ({
      row: { seriesInstanceUid: '1.2', studyInstanceUid: '1.1', patientId: 'P', modality: 'CT' },
      findings: [],
      stacks: [
        {
          frames: [1, 2, 3],
          rows: 4,
          columns: 5,
          positions: 3,
          framesPerPosition: 1,
          sliceSpacingMm: 2,
          pixelSpacing: { rowMm: 1, columnMm: 1, source: 'PixelSpacing' },
          affine,
        },
        { frames: [1], rows: 4, columns: 5, positions: 1, framesPerPosition: 1 },
      ],
    }),
  });
  expect(lines[0]).toMatchObject({
    shape: [3, 4, 5],
    spacingMm: [2, 1, 1],
    affine: [[1, 0, 0, -5], {}, {}, [0, 0, 0, 1]].map((row, i) => (i % 3 ? affine.slice(4 * i, 4 * i + 4) : row)),
  });
  expect(lines[1]).toMatchObject({ spacingMm: null, affine: null, tiltDegrees: null });
});

test('dataset create: options become the recipe, impossible ones are refused before anything is opened', async () => {
  let recipe: unknown;
  const { lines } = await run(
    dataset,
    ['create', '--target', 'kind', '--window', '-600,1500', '--folds', '5', '--crop', '40', '--size', '64'],
    {
      'datasets.create': (input) => {
        recipe = input;
        return { jobId: 'job-1' };
      },
      'jobs.get': () =>
        job({
          result: {
            snapshot: 's',
            hash: 'h',
            counts: { 'fold-1': { a: { cases: 1, patients: 1 } } },
            excluded: [{ code: 'unadjudicated', message: 'readers disagree', n: 2 }],
            findings: [],
          },
        }),
    },
  );
  expect(recipe).toMatchObject({
    window: { center: -600, width: 1500 },
    partition: { kind: 'folds', folds: 5 },
    cropMm: 40,
    size: 64,
  });
  expect(lines.at(-1)).toMatchObject({ snapshot: 's', excluded: [{ code: 'unadjudicated', n: 2 }] });
  const bad = [
    ['create'],
    ['create', '--target', 'k', '--folds', '1'],
    ['create', '--target', 'k', '--size', 'big'],
    ['create', '--target', 'k', '--split', '0.5,0.6,0.1'],
    ['create', '--target', 'k', '--split', '0.7,0.15,0.15', '--folds', '3'],
    ['create', '--target', 'k', '--task', 'detection'],
    ['create', '--target', 'k', '--nonsense', '3'],
  ];
  for (const argv of bad) await expect(run(dataset, argv, {})).rejects.toThrow();
});

const row = (epoch: number): object => ({
  epoch,
  loss: 1,
  valLoss: 2,
  valAuroc: 0.5,
  learningRate: 1,
  seconds: 1,
  etaSeconds: 9,
  isBest: true,
});

/** The loss of the dataset's task, where none was typed. */
const plan = { config: { loss: { kind: 'cross-entropy', smoothing: 0 } } };

test('train: run and pid first, each epoch once in order, the model last', async () => {
  const config = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'groundglass-')), 'config.json');
  fs.writeFileSync(config, JSON.stringify({ epochs: 50, seed: 7 }));
  let started: unknown;
  let asked = 0;
  const result = {
    run: 'run-1',
    status: 'finished',
    model: 'm-1',
    bestEpoch: 2,
    metrics: { valLoss: 0.25 },
    seconds: 12,
  };
  const running = run(
    train,
    ['--snapshot', 's-1', '--config', config, '--epochs', '3', '--learning-rate', '1e-4'],
    (announce) => ({
      'training.plan': () => plan,
      'runs.start': (input) => {
        started = input;
        announce('runs.epochEnded', { runId: 'other', row: row(9), preview: [] });
        announce('runs.epochEnded', { runId: 'run-1', row: row(1), preview: [] });
        return { runId: 'run-1', jobId: 'job-1' };
      },
      'jobs.get': () => (asked++ === 0 ? job({ status: 'running' }) : job({ result })),
      'runs.get': () => ({ epochs: [row(1), row(2), row(3)] }),
    }),
  );
  const { lines, stops, code } = await running;
  expect(code).toBe(0);
  expect(started).toMatchObject({ snapshot: 's-1', epochs: 3, seed: 7, learningRate: 1e-4 });
  const results = lines.filter((line) => !('progress' in line));
  expect(results[0]).toEqual({ run: 'run-1', pid: process.pid });
  expect(results.slice(1, 4).map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(results[1]).toEqual({
    run: 'run-1',
    epoch: 1,
    loss: 1,
    val_loss: 2,
    val_auroc: 0.5,
    seconds: 1,
    eta_seconds: 9,
  });
  expect(results[4]).toEqual({
    run: 'run-1',
    model: 'm-1',
    best_epoch: 2,
    metrics: { val_loss: 0.25, val_auroc: null },
    seconds: 12,
  });
  expect(stops).toEqual([{ run: 'run-1' }]);
});

test('train --resume prints the epochs that are new', async () => {
  let asked = 0;
  const { lines } = await run(train, ['--resume', 'run-1'], {
    'runs.get': () => ({ epochs: asked++ === 0 ? [row(1)] : [row(1), row(2)] }),
    'runs.resume': () => ({ jobId: 'job-1' }),
    'jobs.get': () =>
      job({ result: { run: 'run-1', status: 'finished', model: 'm', metrics: { valLoss: 1 }, seconds: 1 } }),
  });
  expect(lines.filter((line) => 'epoch' in line).map(({ epoch }) => epoch)).toEqual([2]);
});

test('a training that somebody paused has no model and ends with 1', async () => {
  const { lines, code } = await run(train, ['--snapshot', 's-1'], {
    'training.plan': () => plan,
    'runs.start': () => ({ runId: 'run-1', jobId: 'job-1' }),
    'runs.get': () => ({ epochs: [] }),
    'jobs.get': () => job({ result: { run: 'run-1', status: 'paused', seconds: 1 } }),
  });
  expect(code).toBe(1);
  expect(lines.at(-1)).toEqual({ run: 'run-1', stopped: true });
});

test('evaluate: intervals, confusion, the reason where there is nothing per patient; every case into the file', async () => {
  const auroc = { value: 0.9, low: 0.8, high: 0.95, method: 'DeLong, logit' };
  const perCase = {
    nCases: 4,
    nPatients: 3,
    auroc,
    accuracy: auroc,
    balancedAccuracy: 0.9,
    brier: 0.1,
    confusion: [
      [2, 0],
      [1, 1],
    ],
    roc: [],
  };
  const one = {
    caseIndex: 0,
    patientId: 'P',
    imageId: 'groundglass:1.2/1',
    trueClass: 'a',
    predictedClass: 'a',
    scores: [0.7, 0.3],
    folds: [2],
    threshold: 0.4,
  };
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'groundglass-')), 'predictions.jsonl');
  const { lines } = await run(evaluate, ['--model', 'm', '--predictions', file], {
    'models.evaluate': () => ({ jobId: 'job-1' }),
    'jobs.get': () => job({ result: { evaluationId: 'e' } }),
    'evaluations.get': () => ({
      id: 'e',
      modelId: 'm',
      snapshotId: 's',
      split: 'test',
      outOfFold: true,
      unit: 'image',
      classes: ['a', 'b'],
      threshold: { value: 0.5, rule: 'Youden on validation' },
      perCase,
      perPatientReason: 'labels differ',
      baselines: [],
      looks: 2,
    }),
    'evaluations.cases': ({ trueClass, predictedClass }: { trueClass: string; predictedClass: string }) => ({
      cases: trueClass === 'a' && predictedClass === 'a' ? [one] : [],
    }),
  });
  expect(lines.at(-1)).toMatchObject({
    unit: 'image',
    out_of_fold: true,
    per_case: {
      n_cases: 4,
      n_patients: 3,
      auroc,
      sensitivity: null,
      confusion: [
        [2, 0],
        [1, 1],
      ],
    },
    per_patient: null,
    per_patient_reason: 'labels differ',
    looks: 2,
  });
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toMatchObject({
    ...{ patient_id: 'P', scores: { a: 0.7, b: 0.3 }, fold: 2, threshold: 0.4 },
  });
});

test('a person reads sentences', async () => {
  const { text } = await run(importImages, ['a'], importHandlers({ imported: 3, rejected }), false);
  expect(text).toContain('rejected /a/x.dcm: no DICOM file (not-dicom)');
  expect(text).toContain('3 imported, 0 already present, 1 rejected');
});

test('evaluate: predictions of a cell that is longer than one page are all written', async () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'groundglass-predictions-')), 'p.jsonl');
  const all = Array.from({ length: 4500 }, (_, caseIndex) => ({
    caseIndex,
    patientId: 'P',
    imageId: 'groundglass:1.2/1',
    trueClass: 'a',
    predictedClass: 'a',
    scores: [1],
  }));
  await run(evaluate, ['--model', 'model-1', '--predictions', file], {
    'models.evaluate': () => ({ jobId: 'job-1' }),
    'jobs.get': () => job({ kind: 'evaluation', result: { evaluationId: 'evaluation-1' } }),
    'evaluations.get': () => ({
      ...{ id: 'evaluation-1', modelId: 'model-1', snapshotId: 'snapshot-1', split: 'test', outOfFold: false },
      ...{ unit: 'image', classes: ['a'], baselines: [], looks: 1, createdAt: '', perPatientReason: 'one class' },
      threshold: { value: 0.5, rule: 'fixed' },
      perCase: {
        nCases: 4500,
        nPatients: 1,
        accuracy: { value: 1, low: 1, high: 1, method: '' },
        confusion: [],
        roc: [],
      },
    }),
    'evaluations.cases': ({ limit, offset }: { limit: number; offset: number }) => ({
      cases: all.slice(offset, offset + limit),
    }),
  });
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { case: number }).case)).toEqual(all.map((one) => one.caseIndex));
});

test('verify: exit code 1 where a check failed, and the flag is passed on', async () => {
  const check = (id: string, state: string) => ({ id, title: id, state, detail: 'so' });
  const handlers = {
    'system.verify': ({ files }: { files: boolean }) =>
      files
        ? { ok: false, checks: [check('database', 'ok'), check('files', 'failed')] }
        : { ok: true, checks: [check('database', 'ok')] },
  };
  expect(await run(verify, [], handlers)).toMatchObject({
    code: 0,
    lines: [{ ok: true, checks: [{ id: 'database' }] }],
  });
  expect(await run(verify, ['--files'], handlers)).toMatchObject({ code: 1, lines: [{ ok: false }] });
});

test('backup: the folder is the one the person named; images elsewhere are told', async () => {
  let asked: unknown;
  const audit = { seq: 1, hash: 'a' };
  const handlers = {
    'system.backup': (input: { out: string }) => {
      asked = input;
      return { folder: input.out, files: 2, bytes: 3_000_000, audit, imagesOutside: 4 };
    },
  };
  const { text } = await run(backup, ['--out', '/backups/one'], handlers, false);
  expect(asked).toEqual({ out: '/backups/one' });
  expect(text).toContain('2 files, 3.0 MB');
  expect(text).toContain('4 images lie outside');
  await expect(run(backup, [], handlers)).rejects.toThrow('--out is missing');
  await expect(run(restore, ['/backups/one'], {})).rejects.toThrow('--workspace is missing');
});
