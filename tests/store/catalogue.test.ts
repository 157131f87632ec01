import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../main/store/openStore.ts';
import type { Store } from '../../main/store/store.ts';
import { addSamples, sampleRow, seriesUid, sopUid, temporaryFolder } from './support/samples.ts';

const folder = temporaryFolder();
let store: Store;
let n = 0;
beforeEach(() => {
  n += 1;
  store = openStore(`${folder.path}/${n}`, { kind: 'test', actor: 'tester' });
});
afterEach(() => store.close());
afterAll(() => folder.remove());

test('a second import of the same files adds nothing', () => {
  const rows = [1, 2, 3].map((image) => sampleRow({ image }));
  const first = store.catalogue.beginImport(['/data']);
  expect(store.catalogue.addInstances(rows, first)).toMatchObject({ added: 3, skipped: 0, rejected: [] });
  const second = store.catalogue.beginImport(['/data']);
  expect(store.catalogue.addInstances(rows, second)).toMatchObject({ added: 0, skipped: 3, seriesInstanceUids: [] });
  expect(store.catalogue.finishImport(second)).toMatchObject({
    added: { patients: 0, studies: 0, series: 0, instances: 0 },
    skipped: 3,
  });
  expect(store.catalogue.importRecord(first)?.added).toEqual({ patients: 1, studies: 1, series: 1, instances: 3 });
  expect(store.catalogue.totals()).toEqual({ patients: 1, studies: 1, series: 1, instances: 3 });
});

test('another content under a known UID is rejected and recorded; so is a study of another patient', () => {
  const importId = store.catalogue.beginImport(['/data']);
  const foreign = sampleRow({ image: 2 });
  const indexed = { ...foreign.indexed, study: { ...foreign.indexed.study, patientId: 'P9' } };
  const rows = [sampleRow(), sampleRow({ bytes: 'other' }), { indexed }];
  const { added, rejected } = store.catalogue.addInstances(rows, importId);
  expect(added).toBe(1);
  expect(rejected.map(({ code }) => code)).toEqual(['same-uid-other-content', 'conflict']);
  store.catalogue.addRejected([{ path: '/data/x', code: 'not-dicom', message: 'Not DICOM.' }], importId);
  expect(store.catalogue.finishImport(importId).rejected).toHaveLength(3);
});

test('identical pixels are a finding, counted once a series', () => {
  const importId = store.catalogue.beginImport(['/data']);
  const rows = [1, 2, 3].map((image) => sampleRow({ image, pixels: 'same' }));
  expect(store.catalogue.addInstances(rows, importId).findings).toHaveLength(2);
  expect(store.catalogue.findings()).toMatchObject([{ code: 'identical-pixels', count: 2 }]);
  expect(store.worklist()).toMatchObject([{ findings: 1, frames: 3 }]);
  expect(store.catalogue.importRecord(importId)?.findings).toMatchObject([{ code: 'identical-pixels', count: 2 }]);
});

test('series, instances and targets come back as they went in', () => {
  addSamples(store, [{ image: 2 }, { image: 1, frames: 3 }, { series: 2 }, { patient: 2 }]);
  const { catalogue } = store;
  expect(catalogue.instancesOfSeries(seriesUid(1)).map(({ facts }) => facts.instanceNumber)).toEqual([1, 2]);
  expect(catalogue.instanceBySop(sopUid(1))?.facts).toEqual(sampleRow({ frames: 3 }).indexed.instance);
  expect(catalogue.seriesByUid(seriesUid(1))).toMatchObject({
    patient: { patientId: 'P1' },
    instances: 2,
    frames: 4,
    isRemoved: false,
  });
  expect(catalogue.seriesByUid('9.9')).toBeUndefined();
  expect(catalogue.targetsByFile('p1/s1/2.dcm')).toMatchObject([{ sopInstanceUid: sopUid(1, 1, 2), frameCount: 1 }]);
  expect(catalogue.targetsOfPatient('P1', 2)).toHaveLength(2);
  expect(catalogue.targetsOfPatient('P1')).toHaveLength(3);
  expect(catalogue.targetsOfPatient('P2')).toMatchObject([{ patientId: 'P2', frameCount: 1 }]);
  expect(catalogue.seriesOfPatient('P1')).toHaveLength(2);
  expect(catalogue.planeOf(sopUid(1), 3)).toEqual({
    position: [10, 20, 6],
    orientation: [1, 0, 0, 0, 1, 0],
    pixelSpacing: [0.5, 0.25],
  });
  expect(catalogue.imageSeries()).toMatchObject([
    { images: 2, frames: 4 },
    { seriesInstanceUid: seriesUid(1, 2), images: 1 },
    { patientId: 'P2' },
  ]);
  expect(catalogue.instancesOfSeries(seriesUid(1), { offset: 1, limit: 1 })).toMatchObject([
    { facts: { sopInstanceUid: sopUid(1, 1, 2) } },
  ]);
  expect(store.worklist()).toMatchObject([
    { patientId: 'P1', patientAge: '61 y', seriesNumber: 1, frames: 4, rows: 512, hasImages: true, labels: [] },
    { patientId: 'P1', seriesNumber: 2 },
    { patientId: 'P2' },
  ]);
});

test('stacks are assembled anew after an addition', () => {
  addSamples(store, [{}]);
  const { catalogue } = store;
  const finding = { code: 'missing-slice', message: 'A slice is missing.', severity: 'warning' } as const;
  expect(catalogue.seriesWithoutStacks()).toEqual([seriesUid(1)]);
  const stack = {
    stackId: `${seriesUid(1)}#0`,
    seriesInstanceUid: seriesUid(1),
    frames: [{ sopInstanceUid: sopUid(1), frameNumber: 1 }],
    shape: [1, 512, 512] as const,
    spacingMm: [null, 0.5, 0.25] as const,
    affine: null,
    tiltDegrees: 0,
    positions: 1,
    framesPerPosition: 1,
    findings: [],
  };
  catalogue.setStacks(seriesUid(1), [stack], [finding]);
  catalogue.setStacks(seriesUid(1), [stack], [finding]);
  expect(catalogue.seriesWithoutStacks()).toEqual([]);
  expect(catalogue.seriesByUid(seriesUid(1))?.stacks).toEqual([stack]);
  expect(store.worklistRow(seriesUid(1))).toMatchObject({ stacks: 1, findings: 1 });
  addSamples(store, [{ image: 2 }]);
  expect(catalogue.seriesWithoutStacks()).toEqual([seriesUid(1)]);
  expect(catalogue.seriesByUid(seriesUid(1))?.stacks).toBeUndefined();
});

test('a removed series leaves the worklist and the datasets, its history stays', () => {
  addSamples(store, [{}, { series: 2 }]);
  store.catalogue.removeSeries(seriesUid(1), 'wrong patient');
  store.catalogue.removeSeries(seriesUid(1), 'again');
  expect(store.worklist()).toHaveLength(1);
  expect(store.worklist({ includeRemoved: true })).toMatchObject([{ isRemoved: true }, { isRemoved: false }]);
  expect(store.catalogue.imageSeries()).toHaveLength(1);
  expect(store.catalogue.totals()).toMatchObject({ series: 1, instances: 1 });
  expect(store.catalogue.seriesByUid(seriesUid(1))?.removedReason).toBe('wrong patient');
  store.catalogue.restoreSeries(seriesUid(1));
  expect(store.worklist()).toHaveLength(2);
  const actions = store.audit.entries().map(({ action }) => action);
  expect(actions.filter((action) => action.startsWith('series.'))).toEqual(['series.removed', 'series.restored']);
  expect(() => store.catalogue.removeSeries('9.9', 'none')).toThrow('no such series');
});

test('a transaction takes no more files than fit into its time, one at least', () => {
  const importId = store.catalogue.beginImport(['/data']);
  const rows = Array.from({ length: 50 }, (_, i) => sampleRow({ image: i + 1 }));
  const first = store.catalogue.addInstances(rows, importId, 0);
  expect(first).toMatchObject({ taken: 1, added: 1 });
  expect(store.catalogue.addInstances(rows.slice(first.taken), importId)).toMatchObject({ taken: 49, added: 49 });
});

test('what was seen of a file is kept, told once, and forgotten when it is as it was', () => {
  addSamples(store, [{}, { image: 2 }]);
  const { catalogue } = store;
  const sopInstanceUid = sopUid(1);
  catalogue.setFileStates([{ sopInstanceUid, state: 'changed' }]);
  catalogue.setFileStates([{ sopInstanceUid, state: 'changed' }]);
  expect(catalogue.findings()).toMatchObject([{ code: 'file-changed', sopInstanceUid }]);
  expect(catalogue.instancesOfSeries(seriesUid(1)).map(({ fileState }) => fileState)).toEqual(['changed', 'present']);
  expect(catalogue.knownFiles(['/data/p1/s1/1.dcm', '/data/p1/s1/2.dcm']).size).toBe(1);
  catalogue.relocate([{ sopInstanceUid, address: '/elsewhere/1.dcm', modifiedMs: 5 }]);
  expect(catalogue.findings()).toEqual([]);
  expect(catalogue.trackedFile(sopInstanceUid)).toMatchObject({ address: '/elsewhere/1.dcm', state: 'present' });
  const actions = store.audit.entries().map(({ action }) => action);
  expect(actions.filter((action) => action === 'instances.file-states')).toHaveLength(1);
  expect(store.audit.verify().isIntact).toBe(true);
});

test('a header-only image is completed by its content, and its twin is found then', () => {
  const importId = store.catalogue.beginImport(['/data']);
  const whole = [1, 2].map((image) => sampleRow({ image, pixels: 'same' }));
  const headers = whole.map(({ indexed, ...row }) => {
    const { pixelSha256: _, ...instance } = indexed.instance;
    return { ...row, indexed: { ...indexed, instance: { ...instance, fileSha256: '' } } };
  });
  expect(store.catalogue.addInstances(headers, importId)).toMatchObject({ added: 2, findings: [] });
  expect(store.catalogue.instancesOfSeries(seriesUid(1)).map(({ fileState }) => fileState)).toEqual([
    'unreadable',
    'unreadable',
  ]);
  expect(store.catalogue.addInstances(whole, importId).unsure).toHaveLength(2);
  store.catalogue.completeInstances(
    whole.map(({ indexed }) => indexed),
    importId,
  );
  expect(store.catalogue.countFiles({ isUnhashed: true })).toBe(0);
  expect(store.catalogue.findings()).toMatchObject([{ code: 'identical-pixels' }]);
  expect(store.catalogue.addInstances(whole, importId)).toMatchObject({ skipped: 2, unsure: [] });
});
