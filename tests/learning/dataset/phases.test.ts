import { describe, expect, it } from 'vitest';
import { DatasetRecipe } from '../../../main/contract/datasets.ts';
import type { PlaneGeometry } from '../../../main/domain/geometry.ts';
import { caseInput, inputShapeOf } from '../../../main/learning/dataset/caseInput.ts';
import { ontoPlane } from '../../../main/learning/dataset/ontoPlane.ts';
import { channelsAt, findPhases, type PhaseFrame, type PhaseSeries } from '../../../main/learning/dataset/phases.ts';
import { type GreyFrame, networkInput } from '../../../main/learning/dataset/preprocess.ts';

const planeAt = (z: number, extra: Partial<PlaneGeometry> = {}): PlaneGeometry => ({
  ...{ position: [0, 0, z], orientation: [1, 0, 0, 0, 1, 0], pixelSpacing: [1, 1] },
  ...extra,
});

const frames = (name: string, heights: readonly number[], extra: Partial<PhaseFrame> = {}): PhaseFrame[] =>
  heights.map((z, i) => ({
    ...{ sopInstanceUid: `${name}.${i}`, frameNumber: 1, sourcePath: `/${name}/${i}`, plane: planeAt(z) },
    ...extra,
  }));

const series = (name: string, extra: Partial<PhaseSeries> = {}): PhaseSeries => ({
  seriesInstanceUid: name,
  words: name,
  time: '20200101090000',
  frameOfReferenceUid: '1.2',
  frames: frames(name, [0, 5, 10]),
  ...extra,
});

const names = (found: ReturnType<typeof findPhases>) => found?.map((phase) => phase.series.seriesInstanceUid);

describe('the channels of a study', () => {
  const native = series('Abdomen native 5 mm');
  const arterial = series('Leber ARTERIELL', { time: '20200101090030' });
  const portal = series('portal venous', { time: '20200101090110' });
  const thin = series('portal thin', { frames: frames('thin', [0, 1, 2, 3]), time: '20200101090111' });

  it('are found by words, by their place in time, and by both', () => {
    const study = [portal, native, arterial];
    const byWords = [{ name: 'a', words: ['nativ'] }, { name: 'b', words: ['xyz', 'arteriell'] }, { name: 'c', words: ['Portal'] }]; // biome-ignore format: one list
    expect(names(findPhases(byWords, study))).toEqual([native, arterial, portal].map((each) => each.words));
    const inTime = [1, 2, 3].map((order) => ({ name: `${order}`, order }));
    expect(names(findPhases(inTime, study))).toEqual([native, arterial, portal].map((each) => each.words));
    const both = [
      { name: 'first portal', words: ['portal'], order: 1 },
      { name: 'native', words: ['native'] },
    ];
    expect(names(findPhases(both, [...study, thin]))).toEqual([portal.words, native.words]);
    const largest = [
      { name: 'portal', words: ['portal'] },
      { name: 'native', words: ['native'] },
    ];
    expect(names(findPhases(largest, [...study, thin]))).toEqual([thin.words, native.words]);
  });

  it('may be echoes or b-values of one series', () => {
    const echoes = [2.3, 4.6].flatMap((echoTime) => frames(`te${echoTime}`, [0, 5], { echoTime }));
    const study = [series('dixon', { frames: echoes })];
    const found = findPhases(
      [
        { name: 'in', echo: 2 },
        { name: 'out', echo: 1 },
      ],
      study,
    );
    expect(found?.map((phase) => phase.frames.map(({ echoTime }) => echoTime))).toEqual([[4.6, 4.6], [2.3, 2.3]]); // biome-ignore format: one list
    expect(
      findPhases(
        [
          { name: 'in', echo: 1 },
          { name: 'more', echo: 3 },
        ],
        study,
      ),
    ).toBeUndefined();
    const weighted = [0, 800].flatMap((bValue) => frames(`b${bValue}`, [0, 5], { bValue }));
    const diffusion = [series('dwi', { frames: weighted })];
    expect(
      findPhases(
        [
          { name: 'b0', bValue: 0 },
          { name: 'b800', bValue: 800 },
        ],
        diffusion,
      ),
    ).toHaveLength(2);
    expect(
      findPhases(
        [
          { name: 'b0', bValue: 0 },
          { name: 'b50', bValue: 50 },
        ],
        diffusion,
      ),
    ).toBeUndefined();
  });

  it('are missing where one is not there, has no place, or would be taken twice', () => {
    const rules = [
      { name: 'a', words: ['native'] },
      { name: 'b', words: ['portal'] },
    ];
    expect(findPhases(rules, [native])).toBeUndefined();
    const placeless = series('portal', { frames: frames('p', [0], { plane: undefined }) });
    expect(findPhases(rules, [native, placeless])).toBeUndefined();
    expect(
      findPhases(
        [
          { name: 'a', words: ['native'] },
          { name: 'b', words: ['abdomen'] },
        ],
        [native],
      ),
    ).toBeUndefined();
  });

  it('are taken at the place of a plane, between two neighbours by their distance', () => {
    const found =
      findPhases(
        [
          { name: 'a', words: ['native'] },
          { name: 'b', words: ['portal'] },
        ],
        [native, portal],
      ) ?? [];
    expect(channelsAt(planeAt(5), '1.2', found)).toEqual([
      [{ sopInstanceUid: `${native.words}.1`, frameNumber: 1, sourcePath: `/${native.words}/1`, share: 1 }],
      [{ sopInstanceUid: `${portal.words}.1`, frameNumber: 1, sourcePath: `/${portal.words}/1`, share: 1 }],
    ]);
    const between = channelsAt(planeAt(6), '1.2', found)?.[1];
    expect(between?.map(({ sopInstanceUid, share }) => [sopInstanceUid, share])).toEqual([
      [`${portal.words}.1`, 0.8],
      [`${portal.words}.2`, expect.closeTo(0.2, 12)],
    ]);
    expect(channelsAt(planeAt(11), '1.2', found)).toBeUndefined();
    expect(channelsAt(planeAt(5), '9.9', found)).toBeUndefined();
    expect(channelsAt(planeAt(5, { orientation: [0, 1, 0, 1, 0, 0] }), '1.2', found)).toBeUndefined();
  });
});

describe('a channel on the pixels of a reference', () => {
  const grey = (
    plane: PlaneGeometry,
    columns: number,
    valueAt: (column: number, row: number) => number,
  ): GreyFrame => ({
    ...{ rows: columns, columns, isInverted: false, plane, pixelSpacing: plane.pixelSpacing },
    values: Float32Array.from({ length: columns * columns }, (_, i) => valueAt(i % columns, Math.floor(i / columns))),
  });
  const ramp = (column: number, row: number) => 3 * column + 100 * row;
  const reference = grey(planeAt(0), 8, () => 0);

  it('is itself where it lies on the very same pixels', () => {
    const frame = grey(planeAt(0), 8, ramp);
    expect(ontoPlane(reference, [{ frame, share: 1 }]).values).toBe(frame.values);
  });

  it('is interpolated in the plane and between planes; outside is padding', () => {
    const shifted = grey(planeAt(0, { position: [-0.5, 0, 0] }), 8, ramp);
    const { values } = ontoPlane(reference, [{ frame: shifted, share: 1 }]);
    expect([values[0], values[1], values[8]]).toEqual([1.5, 4.5, 101.5]);
    expect(values[7]).toBeNaN();
    const coarse = grey(planeAt(0, { pixelSpacing: [2, 2] }), 5, (column, row) => column + 10 * row);
    const fine = ontoPlane(reference, [{ frame: coarse, share: 1 }]).values;
    expect([fine[0], fine[1], fine[2], fine[8 + 1]]).toEqual([0, 0.5, 1, 5.5]);
    const [low, high] = [grey(planeAt(-1), 8, () => 10), grey(planeAt(3), 8, () => 50)];
    const mixed = ontoPlane(reference, [{ frame: low, share: 0.75 }, { frame: high, share: 0.25 }]); // biome-ignore format: one call
    expect([...new Set(Array.from(mixed.values))]).toEqual([20]);
    expect(mixed).toMatchObject({ rows: 8, columns: 8, pixelSpacing: [1, 1] });
  });
});

describe('the input of channels', () => {
  const phases = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  const plain = { size: 16, resize: 'fit' as const, channels: 3, mean: 0.4, standardDeviation: 0.2 };

  it('holds each picture once, beside each other; of slices with their mark', () => {
    const levels = Uint16Array.from({ length: 3 * 256 }, (_, i) => (i * 37) % 65_536);
    const x = caseInput(levels, { ...plain, phases });
    expect(inputShapeOf({ ...plain, phases })).toEqual([3, 16, 16]);
    for (const k of [0, 1, 2])
      expect(x.subarray(k * 256, (k + 1) * 256)).toEqual(
        networkInput(levels.subarray(k * 256, (k + 1) * 256), { ...plain, channels: 1 }),
      );
    const slices = { count: 2, extent: 'series' as const };
    const two = caseInput(levels, { ...plain, phases, slices });
    expect(two).toHaveLength(2 * 4 * 256);
    expect(two.subarray(0, 768)).toEqual(x);
    expect(two.subarray(1024, 1024 + 768)).toEqual(x);
    expect([two[768], two[1024 + 768]]).toEqual([1, 0]);
  });

  it('is named by two to six channels', () => {
    const recipe = (count: number) =>
      DatasetRecipe.safeParse({ target: 'x', phases: Array.from({ length: count }, (_, i) => ({ name: `${i}` })) });
    expect([1, 2, 6, 7].map((count) => recipe(count).success)).toEqual([false, true, true, false]);
  });
});
