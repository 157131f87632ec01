import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabelDefinition } from '../../../main/contract/labels.ts';
import { formatLabelsCsv } from '../../../main/exchange/labels/formatLabelsCsv.ts';
import { parseLabelsCsv } from '../../../main/exchange/labels/parseLabelsCsv.ts';
import { planLabelImport } from '../../../main/exchange/labels/planLabelImport.ts';
import { readGeometry, toImageSpace } from '../../../main/exchange/labels/readGeometry.ts';
import { resolveTarget } from '../../../main/exchange/labels/resolveTarget.ts';
import { openStore } from '../../../main/store/openStore.ts';
import type { Store } from '../../../main/store/store.ts';
import { addSamples, imageTarget, seriesUid, sopUid, studyUid, temporaryFolder } from '../../store/support/samples.ts';

const folder = temporaryFolder();
let store: Store;
/** P1: series 1 with images 1 and 2 (three frames), series 2 with one image; P2: one image. */
const images = [{}, { image: 2, frames: 3 }, { series: 2 }, { patient: 2 }];
const openWithImages = (name: string): Store => {
  const opened = openStore(`${folder.path}/${name}`, { kind: 'test' });
  addSamples(opened, images);
  return opened;
};
beforeAll(() => {
  store = openWithImages('main');
});
afterAll(() => {
  store.close();
  folder.remove();
});

function importInto(target: Store, text: string, positive?: string) {
  const { rows, rejected } = parseLabelsCsv(text);
  const { truth, catalogue } = target;
  const context = {
    current: truth.allLabels(),
    definitions: truth.definitions(),
    readers: truth.readers(),
    lookup: catalogue,
    ...(positive !== undefined && { positive }),
  };
  const plan = planLabelImport(rows, context);
  for (const name of plan.newReaders) truth.createReader(name);
  for (const definition of plan.definitions) truth.saveDefinition(definition);
  const importId = truth.beginLabelImport('test.csv');
  const { added, revised } = truth.applyLabelImport(plan.saves, importId);
  expect({ added, revised }).toEqual({ added: plan.added, revised: plan.revised });
  return { added, revised, unchanged: plan.unchanged, rejected: [...rejected, ...plan.rejected] };
}

const resolve = (target: object, scope: 'study' | 'series' | 'image' | 'lesion', frame?: number) =>
  resolveTarget({ target, scope, frame }, store.catalogue);
const failing = (code: string) => expect.objectContaining({ code });

test('cells are read with quotes, byte order mark and further columns; row numbers are a spreadsheet’s', () => {
  const text =
    '\uFEFFReader, scope,file,note,SOPInstanceUID,frame,label,value,geometry\r\n' +
    'Ann,IMAGE,"a ""b"", c.png",ignored,,2,Opacity,"yes, large"\r\n\r\n' +
    'Ann,pixel,a.png,,,,Opacity,yes\r\nAnn,image,,,,,Opacity,yes\r\nAnn,image,a.png,,,0,Opacity,yes\r\n' +
    ',image,a.png,,,,Opacity,yes\r\nAnn,image,a.png,,,,Opacity,\r\nAnn,image,,,1.2.3,,Opacity,yes\r\n';
  const { rowCount, rows, rejected } = parseLabelsCsv(text);
  expect(rowCount).toBe(7);
  expect(rows).toEqual([
    {
      row: 2,
      reader: 'Ann',
      scope: 'image',
      label: 'Opacity',
      value: 'yes, large',
      target: { file: 'a "b", c.png' },
      frame: 2,
    },
    { row: 8, reader: 'Ann', scope: 'image', label: 'Opacity', value: 'yes', target: { sopUid: '1.2.3' } },
  ]);
  const codes = rejected.map(({ row, code }) => [row, code]);
  expect(codes).toEqual([
    [3, 'invalid-value'],
    [4, 'unknown-target'],
    [5, 'invalid-value'],
    [6, 'invalid-value'],
    [7, 'invalid-value'],
  ]);
});

test('a text that is no labels CSV is refused as a whole', () => {
  expect(() => parseLabelsCsv('a,b\n1,2\n')).toThrow('no column reader, scope, label, value');
  expect(() => parseLabelsCsv('reader,scope,label,value\n"Ann,image')).toThrow(failing('invalid-input'));
  expect(parseLabelsCsv('reader,scope,label,value\n').rows).toEqual([]);
});

test('a target is the file, a UID, or a patient who has one such thing', () => {
  expect(resolve({ file: 'p1/s1/1.dcm' }, 'image')).toEqual(imageTarget());
  expect(resolve({ sopUid: sopUid(1, 1, 2) }, 'lesion', 3)).toEqual(imageTarget(1, 1, 2, 3));
  expect(resolve({ sopUid: sopUid(1) }, 'study')).toEqual({ studyInstanceUid: studyUid(1) });
  expect(resolve({ file: 'p1/s1/2.dcm' }, 'series')).toEqual({
    studyInstanceUid: studyUid(1),
    seriesInstanceUid: seriesUid(1),
  });
  expect(resolve({ seriesUid: seriesUid(1, 2) }, 'image')).toEqual(imageTarget(1, 2));
  expect(resolve({ patientId: 'P1' }, 'study')).toEqual({ studyInstanceUid: studyUid(1) });
  expect(resolve({ patientId: 'P2' }, 'image')).toEqual(imageTarget(2));
  expect(resolve({ patientId: 'P2', file: 'p2/s1/1.dcm' }, 'image')).toEqual(imageTarget(2));
});

test('what is ambiguous or unknown is said so', () => {
  expect(() => resolve({ patientId: 'P1' }, 'series')).toThrow(failing('ambiguous-target'));
  expect(() => resolve({ patientId: 'P1' }, 'image')).toThrow(failing('ambiguous-target'));
  expect(() => resolve({ studyUid: studyUid(1) }, 'series')).toThrow(failing('ambiguous-target'));
  expect(() => resolve({ seriesUid: seriesUid(1) }, 'image')).toThrow(failing('ambiguous-target'));
  expect(() => resolve({ file: 'p1/s1/2.dcm' }, 'image')).toThrow(failing('ambiguous-target'));
  expect(() => resolve({ file: 'p1/s1/2.dcm' }, 'image', 4)).toThrow(failing('unknown-target'));
  expect(() => resolve({ file: 'other.dcm' }, 'image')).toThrow(failing('unknown-target'));
  expect(() => resolve({ patientId: 'P9' }, 'image')).toThrow(failing('unknown-target'));
  expect(() => resolve({ patientId: 'P2', file: 'p1/s1/1.dcm' }, 'image')).toThrow(failing('unknown-target'));
});

test('a geometry has the points of its shape', () => {
  const read = (geometry: object) => readGeometry(JSON.stringify(geometry));
  const two = [
    [1, 2],
    [3, 4],
  ];
  expect(read({ type: 'ellipse', points: two })).toEqual({
    geometry: { type: 'ellipse', space: 'image', points: two, frame: 1 },
    frame: undefined,
  });
  expect(read({ type: 'length', points: two, frame: 7 }).frame).toBe(7);
  const bad = [
    { type: 'polygon', points: two },
    { type: 'bidirectional', points: two },
    { type: 'rectangle', points: [...two, [5, 6]] },
    {
      type: 'ellipse',
      points: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
    { type: 'ellipse', space: 'patient', points: two },
    { type: 'circle', points: two },
    {
      type: 'ellipse',
      points: [
        ['1', 2],
        [3, 4],
      ],
    },
  ];
  for (const geometry of bad)
    expect(() => read(geometry), JSON.stringify(geometry)).toThrow(failing('invalid-geometry'));
  expect(() => readGeometry('{')).toThrow(failing('invalid-geometry'));
});

test('patient coordinates become pixels of the image, never beside its plane', () => {
  // Rows 0.5 mm apart along y, columns 0.25 mm apart along x, origin (10, 20, 2).
  const plane = store.catalogue.planeOf(sopUid(1), 1);
  const geometry = { type: 'length', space: 'patient', frame: 1 } as const;
  const points = [
    [10, 20, 2],
    [12.5, 30, 2.5],
  ];
  expect(toImageSpace({ ...geometry, points }, plane)).toEqual({
    ...geometry,
    space: 'image',
    points: [
      [0, 0],
      [10, 20],
    ],
  });
  const above = [...points.slice(1), [10, 20, 9]];
  expect(() => toImageSpace({ ...geometry, points: above }, plane)).toThrow('7.0 mm off');
  expect(() => toImageSpace({ ...geometry, points }, undefined)).toThrow(failing('invalid-geometry'));
});

const outline = '"{""type"":""ellipse"",""points"":[[10,10],[20,24.5]]}"';
const first = `reader,scope,file,frame,label,value,geometry
Ann,image,p1/s1/1.dcm,,Opacity,yes,
Ann,image,p1/s1/2.dcm,2,Opacity,no,
Ann,lesion,p1/s1/1.dcm,,Nodule,spiculated,${outline}
"Ben, Dr.",study,p2/s1/1.dcm,,Quality,good,
Ann,image,p1/s1/1.dcm,,Opacity,yes,
Ann,image,p1/s1/1.dcm,,Opacity,no,
Ann,study,p1/s1/1.dcm,,Opacity,no,
Ann,image,p1/s1/1.dcm,,Other,no,${outline}
`;

test('an import creates readers and labels; the same file again adds nothing; changes are revisions', () => {
  const target = openWithImages('import');
  const result = importInto(target, first);
  expect(result).toMatchObject({ added: 4, revised: 0, unchanged: 1 });
  expect(result.rejected.map(({ row, code }) => [row, code])).toEqual([
    [7, 'duplicate-row'],
    [8, 'conflict'],
    [9, 'invalid-geometry'],
  ]);
  expect(target.truth.readers().map(({ name }) => name)).toEqual(['Ann', 'Ben, Dr.']);
  expect(target.truth.definition('Opacity')?.values.map(({ value }) => value)).toEqual(['no', 'yes']);
  expect(importInto(target, first)).toMatchObject({ added: 0, revised: 0, unchanged: 5 });
  const changed = first
    .replace('Opacity,yes', 'Opacity,maybe')
    .replace('spiculated', 'smooth')
    .replace('Opacity,yes', 'Opacity,maybe');
  expect(importInto(target, changed)).toMatchObject({ added: 0, revised: 2, unchanged: 3 });
  const opacity = target.truth.definition('Opacity');
  expect(opacity).toMatchObject({
    positiveValue: 'yes',
    values: [{ value: 'no' }, { value: 'yes' }, { value: 'maybe' }],
  });
  expect(target.truth.labelCount()).toBe(4);
  expect(target.audit.verify().isIntact).toBe(true);
  target.close();
});

test('the positive value is the last in order unless it is named', () => {
  const context = { current: [], definitions: [] as LabelDefinition[], readers: [], lookup: store.catalogue };
  const { rows } = parseLabelsCsv(first);
  const [opacity] = planLabelImport(rows, context).definitions;
  expect(opacity?.positiveValue).toBeUndefined();
  expect(opacity?.values).toMatchObject([
    { value: 'no', key: '1' },
    { value: 'yes', key: '2' },
  ]);
  const named = planLabelImport(rows, { ...context, positive: 'no' }).definitions;
  expect(named.map(({ name, positiveValue }) => [name, positiveValue])).toEqual([
    ['Opacity', 'no'],
    ['Nodule', undefined],
    ['Quality', undefined],
  ]);
  expect(() => planLabelImport(rows, { ...context, positive: 'perhaps' })).toThrow(failing('invalid-value'));
});

test('what is exported comes back the same', () => {
  const source = openWithImages('source');
  importInto(source, first);
  const csv = formatLabelsCsv(source.truth.allLabels(), source.truth.definitions());
  expect(importInto(source, csv)).toEqual({ added: 0, revised: 0, unchanged: 4, rejected: [] });
  const copy = openWithImages('copy');
  expect(importInto(copy, csv)).toEqual({ added: 4, revised: 0, unchanged: 0, rejected: [] });
  const sorted = (text: string) => text.split('\n').sort();
  const again = formatLabelsCsv(copy.truth.allLabels(), copy.truth.definitions());
  expect(sorted(again)).toEqual(sorted(csv));
  const essence = (from: Store) =>
    from.truth
      .allLabels()
      .map(({ label: { readerName, target, value, geometry, scope } }) => ({
        readerName,
        target,
        value,
        geometry,
        scope,
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  expect(essence(copy)).toEqual(essence(source));
  source.close();
  copy.close();
});

const numbers = `reader,scope,file,label,value,unit,minimum,maximum
Ann,image,p1/s1/1.dcm,Diameter,"12,40",mm,0,60
Ann,image,p1/s1/2.dcm,Diameter,61,mm,0,60
Ann,image,p2/s1/1.dcm,Diameter,13,cm,0,60
Ben,image,p1/s1/1.dcm,Diameter,11,,,
Ben,image,p2/s1/1.dcm,Diameter,small,,,
Ann,series,p1/s1/1.dcm,Score,3,,1,5
Ann,image,p2/s1/1.dcm,Score,3,,1,
Ann,study,p1/s1/1.dcm,Quality,good,mm,,
`;

test('a label with a range is a number; its scale comes back with the export', () => {
  const source = openWithImages('numbers');
  const result = importInto(source, numbers);
  expect(result).toMatchObject({ added: 3, revised: 0, unchanged: 0 });
  expect(result.rejected.map(({ row, code }) => [row, code]).sort()).toEqual([
    [3, 'invalid-value'],
    [4, 'conflict'],
    [6, 'invalid-value'],
    [8, 'invalid-value'],
    [9, 'invalid-value'],
  ]);
  expect(source.truth.definition('Diameter')).toMatchObject({
    values: [],
    number: { unit: 'mm', minimum: 0, maximum: 60 },
  });
  expect(source.truth.definition('Score')).toMatchObject({ number: { unit: '', minimum: 1, maximum: 5 } });
  const csv = formatLabelsCsv(source.truth.allLabels(), source.truth.definitions());
  expect(csv).toContain('Diameter,12.4,mm,0,60,');
  expect(importInto(source, csv)).toEqual({ added: 0, revised: 0, unchanged: 3, rejected: [] });
  const copy = openWithImages('numbers-copy');
  expect(importInto(copy, csv)).toMatchObject({ added: 3, rejected: [] });
  expect(importInto(copy, numbers.replace('"12,40"', '14'))).toMatchObject({ revised: 1 });
  source.close();
  copy.close();
});
