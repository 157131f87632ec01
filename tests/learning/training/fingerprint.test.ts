import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSnapshotIndex, type SnapshotIndex, snapshotLevels } from '../../../main/learning/dataset/openSnapshot.ts';
import { fingerprintOf, type SourceImage } from '../../../main/learning/training/plan/fingerprint.ts';
import { planTraining } from '../../../main/learning/training/plan/planTraining.ts';
import { discSnapshot, newFolder } from './smallRun.ts';

let root: string;
let index: SnapshotIndex;
beforeAll(async () => {
  root = newFolder();
  index = readSnapshotIndex(await discSnapshot(root, 40));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const device = { id: 'cpu', title: 'CPU', memoryBytes: 8e9 };
const image = (columns: number, extra: Partial<SourceImage> = {}): SourceImage => ({
  ...{ modality: 'CT', bodyPart: 'CHEST', rows: 512, columns, spacingMm: 0.7 },
  ...extra,
});
const fingerprint = (images: readonly SourceImage[], levels = snapshotLevels(index, [0, 1, 2])) =>
  fingerprintOf({ index, images, levels, device });

describe('the fingerprint of a dataset', () => {
  it('counts what one training will see, class by class', () => {
    const { cases, patients, trainCases, valCases, classes, leastTestCases, size } = fingerprint([]);
    const { counts } = index.manifest;
    const casesOf = (part: string) => Object.values(counts[part] ?? {}).map((count) => count.cases);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect([trainCases, valCases]).toEqual([sum(casesOf('train')), sum(casesOf('val'))]);
    expect(cases).toBe(index.manifest.cases.length);
    expect(patients).toBe(40);
    expect(classes.map(({ name }) => name)).toEqual(index.manifest.classes);
    expect(sum(classes.map((one) => one.cases))).toBe(trainCases);
    expect(leastTestCases).toBe(Math.min(...casesOf('test')));
    expect(size).toBe(16);
  });

  it('tells sizes, spacing and kinds of the source images, and nothing where they are not at hand', () => {
    expect(fingerprint([]).source).toBeUndefined();
    const { source } = fingerprint([image(512), image(256), image(1024, { modality: 'MR', spacingMm: undefined })]);
    expect(source).toEqual({
      images: 3,
      modalities: [
        { modality: 'CT', images: 2 },
        { modality: 'MR', images: 1 },
      ],
      bodyPart: 'CHEST',
      side: { low: 256, median: 512, high: 512 },
      spacingMm: { low: 0.7, median: 0.7, high: 0.7 },
    });
  });

  it('tells how much of the pictures lies at the ends of the grey range', () => {
    const { atBlack, atWhite } = fingerprint([], Uint16Array.of(0, 0, 65_535, 30_000)).intensities;
    expect([atBlack, atWhite]).toEqual([0.5, 0.25]);
  });

  it('holds no name of a patient, and makes a plan', () => {
    const made = fingerprint([image(512)]);
    const text = JSON.stringify(made);
    for (const { patientId } of index.manifest.cases) expect(text.includes(`"${patientId}"`)).toBe(false);
    expect(planTraining(made).config.architecture).toBe('small-cnn');
  });
});
