import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type App, createApp } from '../../../main/app/createApp.ts';
import { predictFiles } from '../../../main/app/standalone.ts';
import { ClassEvaluation } from '../../../main/contract/evaluations.ts';
import type { ImportResult } from '../../../main/contract/imports.ts';
import type { AppClient } from '../../../main/contract/index.ts';
import type { LabelsImportResult } from '../../../main/contract/labels.ts';
import { type CoreConnection, connectLocally } from '../../../main/host/connection.ts';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import { makePhantoms } from '../../../main/imaging/phantom/makePhantoms.ts';
import { resultOfJob } from './endOfJob.ts';

const root = mkdtempSync(join(tmpdir(), 'groundglass-app-'));
const phantoms = join(root, 'phantoms');

const log: object[] = [];
let app: App;
let core: CoreConnection;
let client: AppClient;

async function open(): Promise<void> {
  app = await createApp({
    workspacePath: join(root, 'workspace'),
    host: 'command-line',
    spawnWorker: nodeSpawner((line) => log.push(line)),
  });
  core = connectLocally(app, { connectionId: 'test' });
  client = core.client;
}

beforeAll(async () => {
  await makePhantoms({ out: phantoms, patients: 12, seed: 3, kind: 'cr', shape: { columns: 96, rows: 96 } });
  await open();
});

afterAll(async () => {
  await app.close();
  expect(log.filter((line) => 'event' in line && line.event === 'worker-crashed')).toEqual([]);
  rmSync(root, { recursive: true, force: true });
});

/** The result of a job that must end well. */
const ended = <T>(started: { jobId: string }): Promise<T> => resultOfJob<T>(client, started);

const importPhantoms = async () => ended<ImportResult>(await client['imports.start']({ paths: [phantoms] }));

describe('the loop through the contract', () => {
  let snapshot = '';
  let modelId = '';

  it('imports images once', async () => {
    const first = await importPhantoms();
    expect(first).toMatchObject({ patients: 12, series: 12, imported: 12, skipped: 0 });
    expect(first.rejected.every(({ path, code }) => path.startsWith('masks/') && code === 'no-metadata')).toBe(true);
    expect(await importPhantoms()).toMatchObject({ imported: 0, skipped: 12, total: { instances: 12 } });
  });

  it('imports labels once', async () => {
    const csv = join(phantoms, 'labels.csv');
    const rows = readFileSync(csv, 'utf8').trim().split('\n').length - 1;
    const load = async () => ended<z.output<typeof LabelsImportResult>>(await client['labels.import']({ path: csv }));
    expect(await load()).toMatchObject({ rows, added: rows, revised: 0, unchanged: 0, rejected: [] });
    expect(await load()).toMatchObject({ rows, added: 0, revised: 0, unchanged: rows });
  });

  it('freezes a dataset, the same one when asked again', async () => {
    const recipe = {
      target: 'film-image',
      size: 32,
      partition: { kind: 'split', train: 0.5, val: 0.25, test: 0.25 },
    } as const;
    const preview = await client['datasets.preview'](recipe);
    expect(preview.funnel.map(({ stage }) => stage)).toEqual(['found', 'labelled', 'eligible', 'split']);
    const first = await ended<{ snapshot: string; hash: string }>(await client['datasets.create'](recipe));
    const again = await ended<{ snapshot: string; hash: string }>(await client['datasets.create'](recipe));
    expect(again).toEqual(first);
    snapshot = first.snapshot;
    const detail = await client['datasets.get']({ snapshotId: snapshot });
    const splitsOf = Map.groupBy(detail.cases, ({ patientId }) => patientId);
    for (const cases of splitsOf.values()) expect(new Set(cases.map(({ split }) => split)).size).toBe(1);
    const { size, pixels } = await client['datasets.pictures']({ snapshotId: snapshot, indexes: [0, 1] });
    expect([size, pixels.length]).toEqual([32, 2 * 32 * 32]);
  });

  it('trains, telling each epoch', async () => {
    const epochs: number[] = [];
    const stop = core.on('runs.epochEnded', ({ row }) => epochs.push(row.epoch));
    const { runId, jobId } = await client['runs.start']({
      snapshot,
      architecture: 'small-cnn',
      epochs: 2,
      batchSize: 4,
      threads: 1,
    });
    const result = await ended<{ model: string; run: string }>({ jobId });
    stop();
    expect(result.run).toBe(runId);
    expect(epochs).toEqual([1, 2]);
    modelId = result.model;
    const run = await client['runs.get']({ runId });
    expect(run.summary).toMatchObject({ status: 'finished', epochsDone: 2, modelId });
    expect(run.preview.length).toBeGreaterThan(0);
  });

  it('refuses a training whose mode and start contradict each other, and keeps no run of it', async () => {
    const start = (choice: object) =>
      client['runs.start']({ snapshot, architecture: 'small-cnn', threads: 1, ...choice });
    for (const choice of [
      { mode: 'features' },
      { mode: 'fine-tune', backbone: 'random' },
      { mode: 'scratch', backbone: modelId },
    ])
      await expect(start(choice)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(start({ mode: 'fine-tune', backbone: 'bundled' })).rejects.toMatchObject({
      code: 'no-bundled-backbone',
    });
    expect((await client['runs.list']({})).runs).toHaveLength(1);
  });

  it('lets a waiting training leave the queue, and one writer alone into its run', async () => {
    const config = { snapshot, architecture: 'small-cnn', epochs: 200, patience: 200, threads: 1 } as const;
    const first = await client['runs.start'](config);
    const second = await client['runs.start'](config);
    await expect(client['runs.resume']({ runId: second.runId })).rejects.toMatchObject({ code: 'run-active' });
    await client['runs.pause']({ runId: second.runId });
    expect((await client['jobs.get']({ jobId: second.jobId })).status).toBe('cancelled');
    expect((await client['runs.get']({ runId: second.runId })).summary.status).toBe('interrupted');
    await client['jobs.cancel']({ jobId: first.jobId });
    expect(await ended({ jobId: first.jobId })).toMatchObject({ run: first.runId, status: 'interrupted' });
  });

  it('evaluates on unseen patients only, counting the looks', async () => {
    const evaluate = async (split: string) =>
      ended<{ evaluationId: string }>(await client['models.evaluate']({ modelId, split }));
    const { evaluationId } = await evaluate('test');
    const evaluation = ClassEvaluation.parse(await client['evaluations.get']({ evaluationId }));
    expect(evaluation).toMatchObject({ split: 'test', looks: 1, outOfFold: false });
    expect(evaluation.baselines.map(({ name }) => name)).toEqual(['prevalence', 'linear-32x32']);
    const { cases } = await client['evaluations.cases']({ evaluationId });
    expect(cases.length).toBe(evaluation.perCase.nCases);
    for (const each of cases) expect(each).toMatchObject({ kind: 'class', threshold: evaluation.threshold.value });
    await expect(evaluate('train')).rejects.toMatchObject({ code: 'seen-in-training' });
    await evaluate('test');
    const { evaluations } = await client['evaluations.list']({ modelId });
    expect(evaluations.map(({ looks }) => looks).sort()).toEqual([1, 2]);
  });

  it('predicts a frame with a heat map and keeps the prediction', async () => {
    const { rows } = await client['worklist.list']({});
    const [row] = rows;
    if (!row) throw new Error('no series');
    const { stacks } = await client['series.get']({ seriesInstanceUid: row.seriesInstanceUid });
    const frame = stacks[0]?.frames[0];
    if (!frame) throw new Error('no frame');
    const { sopInstanceUid, frameNumber } = frame;
    const prediction = await client['predictions.frame']({
      modelId,
      sopInstanceUid,
      frameNumber,
      cam: 'cam',
      className: 'opacity',
    });
    expect(prediction.scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 6);
    expect(prediction.cam).toMatchObject({ className: 'opacity', method: 'cam' });
    const kept = await client['predictions.list']({ seriesInstanceUid: row.seriesInstanceUid, modelId });
    expect(kept.predictions).toEqual([prediction]);
  });

  it('takes a series out without losing its labels', async () => {
    const { rows } = await client['worklist.list']({});
    const seriesInstanceUid = rows[0]?.seriesInstanceUid ?? '';
    const before = await client['labels.list']({ seriesInstanceUid });
    await client['series.remove']({ seriesInstanceUid, reason: 'wrong patient' });
    expect((await client['worklist.list']({})).rows.length).toBe(rows.length - 1);
    await client['series.restore']({ seriesInstanceUid });
    expect((await client['labels.list']({ seriesInstanceUid })).labels).toEqual(before.labels);
  });

  it('is all there after a restart', async () => {
    const before = await client['system.summary']({});
    await app.close();
    await open();
    expect(await client['system.summary']({})).toEqual(before);
    expect(before).toMatchObject({ patients: 12, snapshots: 1, runs: 3, models: 1, evaluations: 2, predictions: 1 });
  });

  it('names pictures that do not say whose they are, by their content alone', async () => {
    const [known, copy, stranger] = ['known.png', 'copy.png', 'stranger.png'].map((name) => join(root, 'films', name));
    if (!known || !copy || !stranger) throw new Error('no paths');
    mkdirSync(join(root, 'films'));
    const png = new PNG({ width: 96, height: 96 });
    png.data.fill(120);
    writeFileSync(known, PNG.sync.write(png));
    writeFileSync(join(root, 'films.csv'), 'file,patient_id\nknown.png,Pat 1\n');
    const imported = await client['imports.start']({ paths: [join(root, 'films')], metadata: join(root, 'films.csv') });
    expect(await ended<ImportResult>(imported)).toMatchObject({ imported: 1 });
    copyFileSync(known, copy);
    png.data.fill(121);
    writeFileSync(stranger, PNG.sync.write(png));
    const { path: modelPath } = await client['models.get']({ modelId });
    const options = { modelPath, inputs: [join(root, 'films')], cam: 'none', out: join(root, 'out') } as const;
    const identify = async (file: { address: string; fileSha256: string }) =>
      (await client['images.identify'](file)).image;
    const worker = { spawnWorker: nodeSpawner((line) => log.push(line)), signal: new AbortController().signal };
    const lines = new Map<unknown, unknown>();
    for await (const line of predictFiles({ ...options, ...worker, identify })) lines.set(line.file, line);
    expect(lines.get('known.png')).toMatchObject({
      patient_id: 'Pat 1',
      imageId: expect.stringMatching(/^groundglass:/),
    });
    expect(lines.get('copy.png')).toMatchObject({ patient_id: 'Pat 1' });
    expect(lines.get('stranger.png')).toMatchObject({ patient_id: null, imageId: null });
  });
});
