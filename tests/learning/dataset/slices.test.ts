import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { caseInput, inputShapeOf } from '../../../main/learning/dataset/caseInput.ts';
import { chooseSlices, markedExtent } from '../../../main/learning/dataset/chooseSlices.ts';
import { openSnapshot, snapshotPictures, snapshotSummary } from '../../../main/learning/dataset/openSnapshot.ts';
import { networkInput, preprocess } from '../../../main/learning/dataset/preprocess.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import { loadSliceOfDiscs, seriesOfDiscs } from './sliceCases.ts';
import { label, recipe } from './syntheticSelection.ts';

const root = mkdtempSync(path.join(tmpdir(), 'slices-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const slices = { count: 4, extent: 'series' };

async function frozen(
  selection: ReturnType<typeof selectCases>,
  how: ReturnType<typeof recipe>,
  load = loadSliceOfDiscs,
) {
  const request = { root, selection, recipe: how, target: 'Finding', createdAt: '2026-01-01T00:00:00Z' };
  return writeSnapshot(request, load);
}

describe('slices of a series', () => {
  it('are spread evenly, each in the middle of its share', () => {
    const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);
    expect(chooseSlices(numbers(12), 4)).toEqual([1, 4, 7, 10]);
    expect(chooseSlices(numbers(9), 4)).toEqual([1, 3, 5, 7]);
    expect(chooseSlices(numbers(3), 4)).toEqual([0, 1, 2]);
    expect(chooseSlices(numbers(101), 2)).toEqual([25, 75]);
    expect(markedExtent(numbers(9), (i) => i === 2 || i === 5)).toEqual([2, 3, 4, 5]);
    expect(markedExtent(numbers(9), () => false)).toEqual([]);
  });

  it('become a case of a series or study; the frame of the case is the middle one', () => {
    const { cases, findings } = selectCases(
      seriesOfDiscs(6, (n) => (n === 3 ? 2 : 9)),
      recipe({ slices }),
    );
    expect(cases).toHaveLength(6);
    expect(cases[0]?.frames?.map(({ frameNumber }) => frameNumber)).toEqual([2, 4, 6, 8]);
    expect(cases[0]?.frameNumber).toBe(6);
    expect(cases[2]?.frames).toHaveLength(2);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'few-slices', count: 1 }));
    const study = selectCases(seriesOfDiscs(4), recipe({ slices, unit: 'study' }));
    expect(study.cases.map(({ frames }) => frames?.length)).toEqual([4, 4, 4, 4]);
    expect(() => selectCases(seriesOfDiscs(4), recipe({ slices, unit: 'image' }))).toThrow(/series or study/);
  });

  it('of a lesion come from where it is outlined; a series without one is left out', () => {
    const plain = seriesOfDiscs(4);
    const definition = { name: 'Lesion', scope: 'lesion' as const, values: ['dark', 'light'] };
    const outlines = plain.images.flatMap((of, i) =>
      (i === 3 ? [] : [3, 6]).map((frame) =>
        label(of, i % 2 === 0 ? 'dark' : 'light', {
          labelId: `${i}-${frame}`,
          target: { ...label(of, 'dark').target, frameNumber: frame },
          geometry: {
            type: 'rectangle',
            space: 'image',
            points: [
              [2, 2],
              [8, 8],
            ],
            frame,
          },
        }),
      ),
    );
    const input = { ...plain, definition, labels: outlines };
    const how = recipe({ slices: { count: 8, extent: 'lesion' }, unit: 'series' });
    const { cases, exclusions } = selectCases(input, how);
    expect(cases.map(({ frames }) => frames?.map(({ frameNumber }) => frameNumber))).toEqual([
      [3, 4, 5, 6],
      [3, 4, 5, 6],
      [3, 4, 5, 6],
    ]);
    expect(exclusions).toEqual([]);
    const whole = {
      ...input,
      labels: [
        ...outlines,
        label(plain.images[3] ?? (outlines[0] as never), 'light', { geometry: undefined as never }),
      ],
    };
    expect(selectCases(whole, how).exclusions.map(({ code }) => code)).toContain('no-geometry');
  });

  it('are frozen in order, each as a single image would be; short cases are marked', async () => {
    const how = recipe({ slices });
    const { directory, manifest } = await frozen(
      selectCases(
        seriesOfDiscs(24, (n) => (n === 3 ? 2 : 9)),
        how,
      ),
      how,
    );
    const snapshot = openSnapshot(directory);
    expect(manifest.preprocessing.slices).toEqual(slices);
    expect(snapshotSummary(snapshot).slices).toBe(4);
    expect(inputShapeOf(manifest.preprocessing)).toEqual([8, 16, 16]);
    const area = 256;
    for (const [i, c] of manifest.cases.entries()) {
      const levels = snapshot.levelsOf(i);
      expect(levels).toHaveLength((c.images?.length ?? 0) * area);
      const x = caseInput(levels, manifest.preprocessing);
      for (let k = 0; k < 4; k++) {
        const there = k < (c.images?.length ?? 0);
        const at = c.images?.[k % c.images.length];
        const [, n = ''] = /^P(\d+)$/.exec(c.patientId) ?? [];
        const grey = await loadSliceOfDiscs({
          ...c,
          frameNumber: at?.frameNumber ?? 0,
          rows: 20,
          columns: 24,
          sourcePath: `/images/${n}`,
        } as never);
        if (typeof grey === 'string') throw new Error(grey);
        const alone = networkInput(preprocess(grey, manifest.preprocessing).levels, manifest.preprocessing);
        expect(x.subarray(2 * k * area, (2 * k + 1) * area)).toEqual(alone);
        expect([...new Set(x.subarray((2 * k + 1) * area, (2 * k + 2) * area))]).toEqual([there ? 1 : 0]);
      }
    }
    const short = manifest.cases.findIndex(({ patientId }) => patientId === 'P3');
    const shown = (slice?: number) => [...snapshotPictures(snapshot, [short], slice)];
    expect(shown(3)).toEqual(shown(1));
    expect(shown()).toEqual(shown(1));
    expect(shown(0)).not.toEqual(shown(1));
  });

  it('are another dataset than single images, and the number of slices is part of the hash', async () => {
    const hashes = await Promise.all(
      [{}, { slices }, { slices: { count: 3 } }].map(async (extra) => {
        const how = recipe(extra);
        return (await frozen(selectCases(seriesOfDiscs(24), how), how)).manifest.hash;
      }),
    );
    expect(new Set(hashes).size).toBe(3);
  });

  it('that two patients share keep them in one part; empty slices do not', async () => {
    const how = recipe({ slices });
    const selection = selectCases(seriesOfDiscs(24), how);
    const blank = { rows: 20, columns: 24, values: new Float32Array(480), isInverted: false };
    const empty = await frozen(selection, how, (c) =>
      c.frameNumber === 2 ? Promise.resolve(blank) : loadSliceOfDiscs(c),
    );
    expect(empty.manifest.cases.every(({ images }) => images?.[0]?.isBlank === true)).toBe(true);
    expect(empty.manifest.findings.map(({ code }) => code)).not.toContain('linked-patients');
    const twins = await frozen(selection, how, (c) =>
      loadSliceOfDiscs(c.patientId === 'P2' && c.frameNumber === 4 ? { ...c, patientId: 'P4' } : c),
    );
    const { cases } = twins.manifest;
    const parts = openSnapshot(twins.directory).splits;
    if (parts.kind !== 'split') throw new Error('one split');
    const partOf = (id: string) => parts.parts[cases.findIndex(({ patientId }) => patientId === id)];
    expect(partOf('P2')).toBe(partOf('P4'));
    expect(twins.manifest.findings.length).toBeGreaterThan(empty.manifest.findings.length);
  });

  it('with one that cannot be read leave the case out', async () => {
    const how = recipe({ slices });
    const made = await frozen(selectCases(seriesOfDiscs(24), how), how, (c) =>
      c.patientId === 'P5' && c.frameNumber === 8 ? Promise.resolve('damaged-pixels') : loadSliceOfDiscs(c),
    );
    expect(made.manifest.cases).toHaveLength(23);
    expect(made.manifest.excluded).toContainEqual(expect.objectContaining({ code: 'damaged-pixels', n: 1 }));
  });
});
