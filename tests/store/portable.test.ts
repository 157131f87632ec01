import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { DatasetRecipe } from '../../main/contract/datasets.ts';
import { openStore } from '../../main/store/openStore.ts';
import type { Store } from '../../main/store/store.ts';
import { fileOfAddress, workspacePaths } from '../../main/store/workspace/workspacePaths.ts';
import { addSamples, sha, sopUid, temporaryFolder } from './support/samples.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const open = (path: string): Store => openStore(path, { kind: 'test' });
const addressOf = (store: Store, patient: number) =>
  store.catalogue.instanceBySop(sopUid(patient))?.facts.address ?? 'none';

test('only what lies inside the folder is stored relative to it', () => {
  const root = join(folder.path, 'paths');
  mkdirSync(root);
  const { toStored, fromStored } = workspacePaths(root);
  const inside = ['models/model-1', "uploads/u/a b's.zip!/inner/1.dcm", 'practice/\u00fc/1.dcm'];
  for (const stored of inside) {
    expect(toStored(join(root, stored))).toBe(stored);
    expect(fromStored(stored)).toBe(join(root, stored));
  }
  const outside = ['/data/1.dcm', `${root}-other/1.dcm`, '/data/a.zip!/1.dcm', 'C:\\scans\\1.dcm', root];
  for (const path of outside) {
    expect(toStored(path)).toBe(path);
    expect(fromStored(path)).toBe(path);
  }
  expect(fileOfAddress('/a/b.zip!/c.zip!/d')).toBe('/a/b.zip');
  expect(fileOfAddress('/a/b!/d')).toBe('/a/b!/d');
});

test('a file found through a link to the workspace is inside it', () => {
  const root = join(folder.path, 'linked');
  mkdirSync(root);
  const link = join(folder.path, 'link');
  symlinkSync(root, link);
  expect(workspacePaths(link).toStored(join(root, 'uploads/1.dcm'))).toBe('uploads/1.dcm');
  expect(workspacePaths(link).toStored(join(link, 'uploads/1.dcm'))).toBe('uploads/1.dcm');
});

test('a workspace that was moved finds its own files at the new place', () => {
  const before = join(folder.path, 'before');
  const after = join(folder.path, 'after');
  const store = open(before);
  addSamples(store, [{ address: join(before, 'practice/1.dcm') }, { patient: 2 }]);
  const hash = sha('snapshot');
  const path = join(before, 'snapshots/s');
  const summary = { id: 's', hash, path, target: 'T', unit: 'image', classes: ['a', 'b'], cases: 1, patients: 1 };
  const facts = { size: 64, channels: 1, createdAt: '2026-01-01T00:00:00Z' };
  store.runs.addSnapshot({ ...summary, ...facts, unit: 'image' }, DatasetRecipe.parse({ target: 'T' }));
  store.settings.setPractice({
    folder: join(before, 'practice'),
    labelsCsv: join(before, 'practice/l.csv'),
    kinds: [],
  });
  expect(store.runs.snapshots()[0]?.path).toBe(path);
  expect(addressOf(store, 1)).toBe(join(before, 'practice/1.dcm'));
  store.close();
  renameSync(before, after);
  const moved = open(after);
  expect(moved.runs.snapshot(hash)?.summary.path).toBe(join(after, 'snapshots/s'));
  expect(moved.settings.practice()).toMatchObject({ labelsCsv: join(after, 'practice/l.csv') });
  expect(addressOf(moved, 1)).toBe(join(after, 'practice/1.dcm'));
  expect(
    moved.catalogue
      .instanceFiles()
      .map(({ address }) => address)
      .sort()
      .reverse(),
  ).toEqual([join(after, 'practice/1.dcm'), '/data/p2/s1/1.dcm']);
  moved.close();
});

test('a workspace of version 1 becomes portable and keeps everything else', () => {
  const first = join(folder.path, 'version1');
  mkdirSync(first);
  const db = new Database(join(first, 'groundglass.sqlite'));
  const sql = readFileSync(resolve(import.meta.dirname, 'fixtures/version1.sql'), 'utf8');
  db.exec(sql.replaceAll('{{workspace}}', first));
  const headBefore = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get();
  db.close();
  open(first).close();
  const second = join(folder.path, 'version1-moved');
  renameSync(first, second);
  const store = open(second);
  expect([1, 2, 3, 4].map((patient) => addressOf(store, patient))).toEqual([
    join(second, 'practice/ct-nodule-4-1-abc/PAT-1/1.dcm'),
    join(second, "uploads/u1/scan's.zip!/p2.dcm"),
    '/data/p3/1.dcm',
    `${first}-other/4.dcm`,
  ]);
  expect(store.catalogue.instanceBySop(sopUid(1))?.facts.frames).toHaveLength(1);
  expect(store.runs.model('model-1')?.path).toBe(join(second, 'models/model-1'));
  expect(store.runs.model('model-2')?.path).toBe('/data/models/model-2');
  expect(store.runs.snapshots().map(({ path }) => path)).toEqual([join(second, 'snapshots/snapshot-16a0eeb0791b')]);
  expect(store.settings.practice()).toEqual({
    folder: join(second, 'practice/ct-nodule-4-1-abc'),
    labelsCsv: join(second, 'practice/ct-nodule-4-1-abc/labels.csv'),
    kinds: ['ct-nodule'],
  });
  expect(store.settings.get('layout')).toBe('2x2');
  expect(store.truth.allLabels().map(({ label }) => [label.revision, label.value])).toEqual([[2, 'yes']]);
  expect(store.audit.head()).toEqual(headBefore);
  expect(store.audit.verify().isIntact).toBe(true);
  store.close();
});

test('a file that was moved and imported again is followed, one that was copied is not', () => {
  const store = open(join(folder.path, 'following'));
  const from = join(folder.path, 'a.dcm');
  const to = join(folder.path, 'b.dcm');
  writeFileSync(from, 'bytes');
  addSamples(store, [{ address: from }, { patient: 2 }]);
  writeFileSync(to, 'bytes');
  const copied = store.catalogue.importRecord(addSamples(store, [{ address: to }]));
  expect(copied).toMatchObject({ skipped: 1, findings: [] });
  expect(addressOf(store, 1)).toBe(from);
  renameSync(from, to);
  const moved = store.catalogue.importRecord(addSamples(store, [{ address: to }]));
  expect(moved).toMatchObject({
    added: { instances: 0 },
    skipped: 1,
    rejected: [],
    findings: [{ code: 'file-moved' }],
  });
  expect(addressOf(store, 1)).toBe(to);
  expect(store.catalogue.instanceFiles()).toEqual([
    { sopInstanceUid: sopUid(2), address: '/data/p2/s1/1.dcm', fileSha256: sha(sopUid(2)) },
    { sopInstanceUid: sopUid(1), address: to, fileSha256: sha(sopUid(1)) },
  ]);
  const entry = store.audit.entries().find(({ action }) => action === 'instances.moved');
  expect(entry).toMatchObject({ before: { [sopUid(1)]: from }, after: { [sopUid(1)]: to } });
  expect(store.worklist()[0]).toMatchObject({ findings: 1 });
  expect(store.catalogue.importRecord(addSamples(store, [{ address: to }]))).toMatchObject({ findings: [] });
  store.close();
});

test.runIf(process.platform === 'linux')('folders of the kernel are refused before anything is made there', () => {
  const link = join(folder.path, 'to-proc');
  symlinkSync('/proc', link);
  for (const path of ['/proc/x', '/proc', '/sys/kernel/x/y', '/dev/x', join(link, 'x')]) {
    expect(() => open(path), path).toThrow(expect.objectContaining({ code: 'file-unreadable' }));
  }
});
