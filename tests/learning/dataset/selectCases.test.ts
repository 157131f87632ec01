import { describe, expect, it } from 'vitest';
import { assignSplits } from '../../../main/learning/dataset/assignSplits.ts';
import { countExclusions } from '../../../main/learning/dataset/exclusions.ts';
import { previewDataset } from '../../../main/learning/dataset/previewDataset.ts';
import { refuseUntrainable } from '../../../main/learning/dataset/refuseUntrainable.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { image, input, label, recipe, twoClasses } from './syntheticSelection.ts';

const codes = (selection: { exclusions: readonly { code: string }[] }) => selection.exclusions.map(({ code }) => code);

describe('selectCases', () => {
  it('leaves out what cannot be used, each with its reason', () => {
    const images = [
      image(1),
      image(2),
      image(3, { isRemoved: true }),
      image(4, { isDamaged: true }),
      image(5),
      image(6),
      image(7),
      image(8),
    ];
    const labels = images.slice(0, 7).map((of, i) => label(of, i === 5 ? 'other' : i % 2 === 0 ? 'dark' : 'light'));
    labels.push(label(image(1), 'light', { readerName: 'Bob' }), label(image(99), 'dark'));
    const selection = selectCases(input(images, labels), recipe());
    expect(selection.cases.map((c) => c.caseId)).toEqual(['1.2.1.1/1', '1.5.1.1/1', '1.7.1.1/1']);
    expect(codes(selection).sort()).toEqual([
      'damaged-pixels',
      'removed-series',
      'unadjudicated',
      'unknown-class',
      'unknown-image',
    ]);
    expect(selection.funnel).toEqual([
      { stage: 'found', cases: 8, patients: 8 },
      { stage: 'labelled', cases: 8, patients: 7 },
      { stage: 'eligible', cases: 3, patients: 3 },
    ]);
    expect(countExclusions(selection.exclusions)[0]).toMatchObject({ n: 1, message: expect.stringMatching(/\.$/) });
    expect(selection).toMatchObject({ classes: ['dark', 'light'], positive: 'light' });
    expect(() => refuseUntrainable({ cases: [], classes: [] })).toThrow(/No labelled case/);
  });

  it('takes the middle frame of a series, or the one with the largest lesion', () => {
    const of = image(1, { frameCount: 9 });
    const target = { studyInstanceUid: '1.1', seriesInstanceUid: '1.1.1' } as never;
    const series = input([of], [label(of, 'dark', { target })], {
      definition: { name: 'Finding', scope: 'series', values: ['dark', 'light'] },
    });
    expect(selectCases(series, recipe()).cases[0]).toMatchObject({ frameNumber: 5, caseId: '1.1.1.1/5' });
    const lesion = (frame: number, size: number) =>
      label(of, 'dark', {
        labelId: `lesion-${frame}`,
        target: { ...label(of, '').target, frameNumber: frame },
        geometry: { type: 'ellipse', space: 'image', frame, points: [[2, 2], [2 + size, 2 + size]] }, // biome-ignore format: a box
      });
    const lesions = input([of], [lesion(2, 4), lesion(8, 9)], {
      definition: { name: 'Finding', scope: 'lesion', values: ['dark', 'light'] },
    });
    const chosen = selectCases(lesions, recipe({ unit: 'series', frame: 'largest-lesion' }));
    expect(chosen.cases.map((c) => c.frameNumber)).toEqual([8]);
    const images = selectCases(lesions, recipe({ unit: 'image' }));
    expect(images.cases.map((c) => c.frameNumber)).toEqual([2, 8]);
    expect(() => selectCases(series, recipe({ unit: 'lesion' }))).toThrow(/lesion cases need lesion labels/);
  });

  it('gives the image cases of a labelled series that label', () => {
    const images = [image(1), image(1, { sopInstanceUid: '1.1.1.2' }), image(2)];
    const target = { studyInstanceUid: '1.1', seriesInstanceUid: '1.1.1' } as never;
    const definition = { name: 'Finding', scope: 'series', values: ['dark', 'light'] } as const;
    const selection = selectCases(
      input(images, [label(image(1), 'dark', { target })], { definition }),
      recipe({ unit: 'image' }),
    );
    expect(selection.cases.map((c) => c.caseId)).toEqual(['1.1.1.1/1', '1.1.1.2/1']);
    expect(selection.funnel[1]).toEqual({ stage: 'labelled', cases: 2, patients: 1 });
  });

  it('makes one case of a lesion that two readers drew, in image or patient coordinates', () => {
    const plane = { position: [10, 20, 0], orientation: [1, 0, 0, 0, 1, 0], pixelSpacing: [0.5, 0.5] } as const;
    const of = image(1, { planes: { 1: plane } });
    const draw = (readerName: string, space: 'image' | 'patient', points: number[][], value = 'dark') =>
      label(of, value, {
        labelId: `${readerName}-${points[0]?.[0]}`,
        readerName,
        geometry: { type: 'ellipse', space, frame: 1, points },
      });
    const labels = [
      draw('Ann', 'image', [[4, 4], [10, 8]]), // biome-ignore format: boxes
      draw('Bob', 'patient', [[12.5, 22, 0], [15, 24.5, 0]]), // biome-ignore format: boxes
      draw('Ann', 'image', [[15, 15], [18, 18]], 'light'), // biome-ignore format: boxes
    ];
    const definition = { name: 'Finding', scope: 'lesion', values: ['dark', 'light'] } as const;
    const selection = selectCases(input([of], labels, { definition }), recipe());
    expect(selection.cases.map((c) => [c.caseId, c.className, c.revisionIds.length])).toEqual([
      ['1.1.1.1/1@16.5,16.5', 'light', 1],
      ['1.1.1.1/1@7.0,6.0', 'dark', 2],
    ]);
    expect(selection.cases[1]?.lesion).toEqual({ centre: [7, 6], extent: 6 });
    const disagreeing = selectCases(input([of], [...labels.slice(0, 1), draw('Bob', 'image', [[4, 4], [11, 8]], 'light')], { definition }), recipe()); // biome-ignore format: one line
    expect(codes(disagreeing)).toEqual(['unadjudicated']);
    const noPlane = selectCases(input([image(1)], labels.slice(1, 2), { definition }), recipe());
    expect(codes(noPlane)).toEqual(['no-geometry']);
  });
});

describe('splits of a dataset', () => {
  it('keeps one patient, and patients with identical pixels, in one part', () => {
    const many = twoClasses(40);
    const twin = image(41, { pixelSha256: 'hash-1' });
    const all = input([...many.images, twin], [...many.labels, label(twin, 'dark')]);
    const { cases } = selectCases(all, recipe());
    const { splits, findings } = assignSplits(cases, recipe());
    if (splits.kind !== 'split') throw new Error('not a split');
    const partOf = (patientId: string) => splits.parts[cases.findIndex((c) => c.patientId === patientId)];
    expect(partOf('P41')).toBe(partOf('P1'));
    expect(findings.map((f) => f.code)).toContain('linked-patients');
    const rows = cases.map((c) => ({
      patientId: c.patientId,
      split: c.patientId === 'P41' ? ('test' as const) : ('train' as const),
    }));
    expect(() => assignSplits(cases, recipe({ partition: { kind: 'file', path: 'x.csv' } }), rows)).toThrow(
      expect.objectContaining({ code: 'split-overlap' }),
    );
  });

  it('previews counts per part and class and refuses a class without cases', () => {
    const preview = previewDataset(twoClasses(40), recipe());
    expect(preview.counts.train?.dark).toEqual({ cases: 14, patients: 14 });
    expect(preview.funnel.at(-1)).toEqual({ stage: 'split', cases: 40, patients: 40 });
    const folds = previewDataset(twoClasses(40), recipe({ partition: { kind: 'folds', folds: 4 } }));
    expect(Object.keys(folds.counts)).toEqual(['fold-1', 'fold-2', 'fold-3', 'fold-4']);
    const one = twoClasses(40);
    const onlyDark = { ...one, labels: one.labels.filter((l) => l.value === 'dark') };
    expect(() => previewDataset(onlyDark, recipe())).toThrow(expect.objectContaining({ code: 'missing-class' }));
  });
});
