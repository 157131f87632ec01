import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportLabels } from '../../../../main/app/labels/exportLabels.ts';
import { backUpWorkspace } from '../../../../main/app/system/backUpWorkspace.ts';
import { restoreWorkspace } from '../../../../main/app/system/restoreWorkspace.ts';
import { verifyWorkspace } from '../../../../main/app/system/verifyWorkspace.ts';
import { openSnapshot, readSnapshotIndex, snapshotSummary } from '../../../../main/learning/dataset/openSnapshot.ts';
import { selectCases } from '../../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../../main/learning/dataset/writeSnapshot.ts';
import { openStore } from '../../../../main/store/openStore.ts';
import type { Store } from '../../../../main/store/store.ts';
import { loadDisc, recipe, twoClasses } from '../../../learning/dataset/syntheticSelection.ts';
import { addSamples, imageTarget, labelValues, sopUid } from '../../../store/support/samples.ts';

const root = mkdtempSync(join(tmpdir(), 'groundglass-backup-'));
const original = join(root, 'original');
const backup = join(root, 'backup');
const signal = new AbortController().signal;
const modelId = 'model-1';
const network = 'stands for a network';
let snapshotId = '';

const open = (path: string): Store => openStore(path, { kind: 'test' });

async function failedChecks(store: Store, files = false): Promise<string[]> {
  const { ok, checks } = await verifyWorkspace(store, { files, signal });
  const failed = checks.filter(({ state }) => state === 'failed').map(({ id }) => id);
  expect(ok).toBe(failed.length === 0);
  return failed;
}

async function labelsOf(store: Store, name: string): Promise<string> {
  await exportLabels(store, join(root, name));
  return readFileSync(join(root, name, 'labels.csv'), 'utf8');
}

function addImages(store: Store): void {
  const folder = join(original, 'practice');
  mkdirSync(folder);
  const samples = [1, 2, 3].map((patient) => ({ patient, address: join(folder, `${patient}.dcm`) }));
  // The samples' hash is that of their UID.
  for (const { patient, address } of samples) writeFileSync(address, sopUid(patient));
  addSamples(store, samples);
}

function addLabels({ truth }: Store): void {
  const readerId = truth.createReader('Ann').id;
  const values = labelValues('no', 'yes');
  const definitionId = truth.saveDefinition({ name: 'Opacity', scope: 'image', values, isRetired: false }).id;
  for (const value of ['no', 'yes']) truth.saveLabel({ definitionId, readerId, target: imageTarget(1), value });
}

async function addSnapshot(store: Store): Promise<void> {
  const how = recipe();
  const selection = selectCases(twoClasses(30), how);
  const place = { root: store.workspace.snapshotsFolder, createdAt: '2026-01-01T00:00:00Z' };
  const { directory } = await writeSnapshot({ ...place, selection, recipe: how, target: 'Finding' }, loadDisc);
  snapshotId = store.runs.addSnapshot(snapshotSummary(readSnapshotIndex(directory)), how).id;
}

function addModel(store: Store): void {
  const path = join(store.workspace.modelsFolder, modelId);
  mkdirSync(path);
  const facts = { name: 'first', task: 'classification', architecture: 'small-cnn', unit: 'image' } as const;
  const card = { ...facts, classes: ['dark', 'light'], seenPatients: [], seenPixels: [], intendedUse: 'test' };
  writeFileSync(join(path, 'model-card.json'), JSON.stringify(card));
  writeFileSync(join(path, 'model.onnx'), network);
  store.runs.addModel({ id: modelId, name: 'first', card, path, sizeBytes: network.length, snapshotId });
}

beforeAll(async () => {
  const store = open(original);
  addImages(store);
  addLabels(store);
  await addSnapshot(store);
  addModel(store);
  store.workspace.blobs.put(Buffer.from('mask'));
  mkdirSync(join(original, 'models', 'model-2.making-7'));
  writeFileSync(join(original, 'models', 'model-2.making-7', 'model.onnx'), 'half');
  store.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a backup restored elsewhere has the same labels, history, datasets and models, without the original', async () => {
  const store = open(original);
  const labels = await labelsOf(store, 'labels-original');
  const made = await backUpWorkspace(store, backup, signal);
  expect(made).toMatchObject({ folder: backup, imagesOutside: 0, audit: store.audit.head() });
  expect(await failedChecks(store, true)).toEqual([]);
  const audit = store.audit.entries();
  expect(audit.at(-1)).toMatchObject({ action: 'workspace.backup-started', ...made.audit });
  store.close();
  renameSync(original, `${original}-away`);

  const place = join(root, 'restored', 'here');
  const done = await restoreWorkspace({ backup, workspace: place, signal });
  expect(done).toMatchObject({ files: made.files, bytes: made.bytes });
  expect(readdirSync(join(place, 'models'))).toEqual([modelId]);
  const restored = open(place);
  expect(restored.audit.entries()).toEqual(audit);
  expect(await labelsOf(restored, 'labels-restored')).toBe(labels);
  expect(await failedChecks(restored, true)).toEqual([]);
  expect(openSnapshot(restored.runs.snapshot(snapshotId)?.summary.path ?? '').manifest.cases).toHaveLength(30);
  const model = join(restored.runs.model(modelId)?.path ?? '', 'model.onnx');
  expect(model.startsWith(place)).toBe(true);
  expect(readFileSync(model, 'utf8')).toBe(network);
  restored.close();
  renameSync(`${original}-away`, original);
});

test('a backup goes to a new folder outside the workspace, whole or not at all', async () => {
  const store = open(original);
  const make = (out: string, stop = signal) => backUpWorkspace(store, out, stop);
  await expect(make(backup)).rejects.toMatchObject({ code: 'conflict' });
  await expect(make(join(original, 'b'))).rejects.toMatchObject({ code: 'invalid-input' });
  writeFileSync(join(root, 'file'), '');
  await expect(make(join(root, 'file', 'b'))).rejects.toMatchObject({ code: 'file-unreadable' });
  await expect(make(join(root, 'never'), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(root).filter((name) => name.includes('never'))).toEqual([]);
  store.close();
});

test('a damaged backup is refused and leaves nothing; an occupied folder is left alone', async () => {
  const workspace = join(root, 'refused');
  const restore = () => restoreWorkspace({ backup, workspace, signal });
  const model = join(backup, 'models', modelId, 'model.onnx');
  const bytes = readFileSync(model);
  truncateSync(model, 100);
  await expect(restore()).rejects.toMatchObject({ code: 'workspace-damaged' });
  rmSync(model);
  await expect(restore()).rejects.toMatchObject({ code: 'workspace-damaged' });
  writeFileSync(model, bytes);
  const manifest = join(backup, 'backup.json');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace('"groundglass.sqlite"', '"../groundglass.sqlite"'));
  await expect(restore()).rejects.toMatchObject({ code: 'workspace-damaged' });
  writeFileSync(manifest, text.replace(/("hash": ")./, '$1x'));
  await expect(restore()).rejects.toMatchObject({ code: 'workspace-damaged' });
  writeFileSync(manifest, text);
  expect(readdirSync(root).filter((name) => name.startsWith('refused'))).toEqual([]);
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'mine.txt'), 'mine');
  await expect(restore()).rejects.toMatchObject({ code: 'conflict' });
  expect(readdirSync(workspace)).toEqual(['mine.txt']);
  await expect(restoreWorkspace({ backup: root, workspace: `${workspace}-2`, signal })).rejects.toMatchObject({
    code: 'file-not-found',
  });
});

test('verify names what is damaged', async () => {
  const workspace = join(root, 'damaged');
  await restoreWorkspace({ backup, workspace, signal });
  const store = open(workspace);
  appendFileSync(join(workspace, 'snapshots', snapshotId, 'tensors.bin'), 'x');
  truncateSync(join(workspace, 'models', modelId, 'model-card.json'), 10);
  const [key = ''] = store.workspace.blobs.keys();
  writeFileSync(join(workspace, 'blobs', key.slice(0, 2), key), 'not what it says');
  expect(await failedChecks(store)).toEqual(['snapshots', 'models', 'blobs']);
  appendFileSync(join(workspace, 'practice', '1.dcm'), 'x');
  expect(await failedChecks(store)).toHaveLength(3);
  expect(await failedChecks(store, true)).toContain('file-content');
  rmSync(join(workspace, 'practice', '1.dcm'));
  expect(await failedChecks(store)).toContain('files');
  store.close();
});
