import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { Geometry } from '../../main/contract/labels.ts';
import { openStore } from '../../main/store/openStore.ts';
import type { Store } from '../../main/store/store.ts';
import { addSamples, imageTarget, labelValues, seriesUid, temporaryFolder } from './support/samples.ts';

const folder = temporaryFolder();
let store: Store;
let readerId: string;
let image: string;
let study: string;
let lesion: string;
let n = 0;
beforeEach(() => {
  n += 1;
  store = openStore(`${folder.path}/${n}`, { kind: 'test', actor: 'tester' });
  addSamples(store, [{ frames: 3 }, { series: 2 }, { patient: 2 }]);
  const { truth } = store;
  readerId = truth.createReader('Ann').id;
  const isRetired = false;
  image = truth.saveDefinition({ name: 'Opacity', scope: 'image', values: labelValues('no', 'yes'), isRetired }).id;
  study = truth.saveDefinition({ name: 'Quality', scope: 'study', values: labelValues('good', 'bad'), isRetired }).id;
  lesion = truth.saveDefinition({ name: 'Nodule', scope: 'lesion', values: labelValues('a', 'b'), isRetired }).id;
});
afterEach(() => store.close());
afterAll(() => folder.remove());

const ellipse: Geometry = {
  type: 'ellipse',
  space: 'image',
  points: [
    [10, 10],
    [20, 24],
  ],
  frame: 1,
};

test('an answer to the same question revises the former one; the same answer writes nothing', () => {
  const save = (value: string, frame = 1) =>
    store.truth.saveLabel({ definitionId: image, readerId, target: imageTarget(1, 1, 1, frame), value });
  const first = save('no');
  expect(first).toMatchObject({
    revision: 1,
    readerName: 'Ann',
    value: 'no',
    target: imageTarget(),
    isRetracted: false,
  });
  expect(save('no')).toEqual(first);
  expect(save('yes')).toMatchObject({ id: first.id, revision: 2, value: 'yes' });
  expect(save('yes', 2).id).not.toBe(first.id);
  expect(store.truth.history(first.id).map(({ value }) => value)).toEqual(['no', 'yes']);
  expect(store.truth.labelsOfSeries(seriesUid(1))).toHaveLength(2);
  const other = store.truth.createReader('Ben').id;
  const bens = store.truth.saveLabel({ definitionId: image, readerId: other, target: imageTarget(), value: 'no' });
  expect(bens).toMatchObject({ revision: 1, readerName: 'Ben' });
  expect(store.truth.labelsByDefinition(image)).toHaveLength(3);
});

test('a question keeps the modalities it is asked about until others are named', () => {
  const save = store.truth.saveDefinition;
  const question = { name: 'Side', scope: 'series', values: labelValues('left', 'right'), isRetired: false } as const;
  expect(store.truth.definition(image)?.modalities).toEqual([]);
  const { id } = save({ ...question, modalities: ['CT', 'MR', 'CT'] });
  expect(store.truth.definition('Side')?.modalities).toEqual(['CT', 'MR']);
  expect(save({ ...question, id }).modalities).toEqual(['CT', 'MR']);
  expect(save({ ...question, id, modalities: [] }).modalities).toEqual([]);
});

test('lesions are always new unless the label is named, and keep their geometry when only the value changes', () => {
  const target = imageTarget();
  const input = { definitionId: lesion, readerId, target, value: 'a', geometry: ellipse };
  const one = store.truth.saveLabel(input);
  const two = store.truth.saveLabel(input);
  expect(two.id).not.toBe(one.id);
  const { geometry: _, ...bare } = input;
  expect(store.truth.saveLabel({ ...bare, labelId: one.id, value: 'b' })).toMatchObject({
    id: one.id,
    revision: 2,
    value: 'b',
    geometry: ellipse,
  });
  const moved = store.truth.saveLabel({ ...input, labelId: one.id, target: imageTarget(1, 1, 1, 3) });
  expect(moved).toMatchObject({ revision: 3, target: { frameNumber: 3 } });
  expect(store.worklist()).toMatchObject([{ lesions: 2 }, { lesions: 0 }, { lesions: 0 }]);
});

test('a stale revision is refused and changes nothing', () => {
  const input = { definitionId: image, readerId, target: imageTarget(), value: 'no' };
  const { id } = store.truth.saveLabel(input);
  store.truth.saveLabel({ ...input, value: 'yes', expectedRevision: 1 });
  expect(() => store.truth.saveLabel({ ...input, expectedRevision: 1 })).toThrow(
    expect.objectContaining({ code: 'stale-revision' }),
  );
  expect(() => store.truth.retractLabel({ labelId: id, readerId, expectedRevision: 1 })).toThrow(
    expect.objectContaining({ code: 'stale-revision' }),
  );
  expect(() => store.truth.saveLabel({ ...input, target: imageTarget(2), expectedRevision: 1 })).toThrow(
    expect.objectContaining({ code: 'stale-revision' }),
  );
  expect(store.truth.label(id)).toMatchObject({ revision: 2, value: 'yes' });
  expect(store.truth.labelCount()).toBe(1);
});

test('retracting writes a revision; the next answer brings the label back', () => {
  const input = { definitionId: image, readerId, target: imageTarget(), value: 'no' };
  const { id } = store.truth.saveLabel(input);
  expect(store.truth.retractLabel({ labelId: id, readerId })).toMatchObject({ revision: 2, isRetracted: true });
  expect(store.truth.labelsOfSeries(seriesUid(1))).toEqual([]);
  expect(store.truth.allLabels()).toEqual([]);
  expect(store.truth.saveLabel(input)).toMatchObject({ id, revision: 3, isRetracted: false });
});

test('what cannot be is refused with its code', () => {
  const base = { definitionId: image, readerId, target: imageTarget(), value: 'no' };
  const ben = store.truth.createReader('Ben').id;
  const { id } = store.truth.saveLabel(base);
  const cases = [
    [{ ...base, value: 'perhaps' }, 'invalid-value'],
    [{ ...base, definitionId: 'label-definition-x' }, 'unknown-label'],
    [{ ...base, readerId: 'reader-x' }, 'not-found'],
    [{ ...base, target: imageTarget(1, 1, 1, 4) }, 'unknown-target'],
    [{ ...base, target: imageTarget(1, 2, 9) }, 'unknown-target'],
    [{ ...base, target: { ...imageTarget(), seriesInstanceUid: imageTarget(2).seriesInstanceUid } }, 'unknown-target'],
    [{ ...base, geometry: ellipse }, 'invalid-geometry'],
    [{ ...base, labelId: id, readerId: ben }, 'conflict'],
    [{ ...base, labelId: id, target: imageTarget(2) }, 'conflict'],
    [{ ...base, labelId: 'label-x' }, 'not-found'],
  ] as const;
  for (const [input, code] of cases) {
    expect(() => store.truth.saveLabel(input as typeof base)).toThrow(expect.objectContaining({ code }));
  }
  expect(store.truth.labelCount()).toBe(1);
});

test('study labels mark each series of the study, for the chosen reader', () => {
  store.truth.saveLabel({ definitionId: study, readerId, target: imageTarget(), value: 'bad' });
  store.truth.saveLabel({ definitionId: image, readerId, target: imageTarget(1, 2), value: 'yes' });
  const ben = store.truth.createReader('Ben').id;
  const quality = { definitionId: study, name: 'Quality', value: 'bad', colour: '#00ff00' };
  const opacity = { definitionId: image, name: 'Opacity', value: 'yes', colour: '#00ff00' };
  expect(store.worklist({ readerId }).map(({ labels }) => labels)).toEqual([[quality], [opacity, quality], []]);
  expect(store.worklist().map(({ labels }) => labels)).toEqual([[quality], [opacity, quality], []]);
  expect(store.worklist({ readerId: ben }).map(({ labels }) => labels)).toEqual([[], [], []]);
  expect(store.worklistRow(seriesUid(1, 2), readerId)).toEqual(store.worklist({ readerId })[1]);
  expect(store.truth.labelsOfSeries(seriesUid(1, 1)).map(({ scope }) => scope)).toEqual(['study']);
  store.catalogue.removeSeries(seriesUid(1, 2), 'test');
  expect(store.truth.labelsByDefinition(image)).toEqual([]);
  expect(store.truth.labelsByDefinition(study)).toMatchObject([{ patientId: 'P1', label: { value: 'bad' } }]);
});

test('values in use stay; colours, keys and further values may change', () => {
  const { truth } = store;
  truth.saveLabel({ definitionId: image, readerId, target: imageTarget(), value: 'yes' });
  const definition = truth.definition('Opacity');
  if (definition === undefined) throw new Error('no definition');
  expect(truth.saveDefinition({ ...definition, values: labelValues('yes', 'maybe') }).values).toHaveLength(2);
  expect(() => truth.saveDefinition({ ...definition, values: labelValues('no', 'maybe') })).toThrow("'yes' is in use");
  expect(() => truth.saveDefinition({ ...definition, scope: 'series' })).toThrow('scope');
  expect(() => truth.saveDefinition({ ...definition, id: undefined })).toThrow(
    expect.objectContaining({ code: 'conflict' }),
  );
  expect(truth.definitions()).toHaveLength(3);
  expect(() => truth.createReader('Ann')).toThrow(expect.objectContaining({ code: 'conflict' }));
});

test('an import goes in under one id, in chunks of at most 200', () => {
  const { truth } = store;
  const save = { row: 2, readerName: 'Ann', definitionName: 'Opacity', target: imageTarget(), value: 'no' };
  const importId = truth.beginLabelImport('labels.csv');
  expect(truth.applyLabelImport([save], importId)).toMatchObject({ added: 1, revised: 0 });
  expect(truth.applyLabelImport([save], importId)).toMatchObject({ added: 0, revised: 0 });
  expect(truth.applyLabelImport([{ ...save, value: 'yes' }], importId)).toMatchObject({ added: 0, revised: 1 });
  truth.finishLabelImport(importId, { rows: 3, added: 1, revised: 1, unchanged: 1, rejected: [] });
  expect(() => truth.applyLabelImport(Array(201).fill(save), importId)).toThrow('200');
  // One bad row takes its chunk with it.
  expect(() =>
    truth.applyLabelImport(
      [
        { ...save, value: 'no' },
        { ...save, value: '?' },
      ],
      importId,
    ),
  ).toThrow();
  expect(truth.allLabels()).toMatchObject([{ patientId: 'P1', file: 'p1/s1/1.dcm', label: { value: 'yes' } }]);
  expect(store.audit.verify().isIntact).toBe(true);
});

test('a question may ask for a number: kept in one way, on its scale, with its unit', () => {
  const { truth } = store;
  const number = { unit: 'mm', minimum: 0, maximum: 60 };
  const draft = { name: 'Diameter', scope: 'image' as const, values: [], number, isRetired: false };
  const diameter = truth.saveDefinition(draft);
  expect(truth.definition('Diameter')).toEqual(diameter);
  const save = (value: string) =>
    truth.saveLabel({ definitionId: diameter.id, readerId, target: imageTarget(), value });
  expect(save('12,40')).toMatchObject({ value: '12.4', revision: 1 });
  expect(save('12.4')).toMatchObject({ revision: 1 });
  expect(() => save('61')).toThrow('61 is not from 0 to 60 mm.');
  expect(() => save('large')).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  const change = (next: object) => () => truth.saveDefinition({ ...diameter, ...next });
  expect(change({ number: { ...number, maximum: 80 } })()).toMatchObject({ number: { maximum: 80 } });
  expect(change({ number: { ...number, maximum: 10 } })).toThrow(expect.objectContaining({ code: 'conflict' }));
  expect(change({ number: { ...number, unit: 'cm' } })).toThrow(
    'The unit of a number that was answered cannot change.',
  );
  expect(change({ number: undefined, values: labelValues('a', 'b') })).toThrow(
    expect.objectContaining({ code: 'conflict' }),
  );
  for (const wrong of [
    { values: [] },
    { values: labelValues('a'), number },
    { values: [], number: { ...number, maximum: 0 } },
  ])
    expect(() => truth.saveDefinition({ ...draft, name: 'Other', number: undefined as never, ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
});
