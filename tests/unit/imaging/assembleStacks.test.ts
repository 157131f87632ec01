import { describe, expect, it } from 'vitest';
import { type Orientation, type PatientPoint, toPatient } from '../../../main/domain/geometry.ts';
import type { FrameFacts, InstanceFacts } from '../../../main/domain/imageTypes.ts';
import { assembleStacks } from '../../../main/imaging/series/assembleStacks.ts';

const axial: Orientation = [1, 0, 0, 0, 1, 0];
const coronal: Orientation = [1, 0, 0, 0, 0, -1];

function image(number: number, facts: Partial<FrameFacts>, more: Partial<InstanceFacts> = {}): InstanceFacts {
  return {
    sopInstanceUid: `1.2.${number}`,
    seriesInstanceUid: '1.2',
    studyInstanceUid: '1',
    format: 'dicom',
    address: `/${number}.dcm`,
    sizeBytes: 1,
    fileSha256: '',
    instanceNumber: number,
    hasPixels: true,
    rows: 4,
    columns: 6,
    frameCount: 1,
    samplesPerPixel: 1,
    isLossy: false,
    frames: [{ frameNumber: 1, pixelSpacing: [0.5, 0.25], orientation: axial, ...facts }],
    ...more,
  };
}

const at = (z: number, x = 0, y = 0): { position: PatientPoint } => ({ position: [x, y, z] });
const codes = (stack: { findings: readonly { code: string }[] } | undefined) => stack?.findings.map((f) => f.code);

describe('assembleStacks', () => {
  it('sorts by position, whatever the instance numbers say, and gives an affine that fits every slice', () => {
    const stacks = assembleStacks([30, 10, 20, 0].map((z, i) => image(i + 1, at(z, -5, 7))));
    const [stack] = stacks;
    expect(stacks).toHaveLength(1);
    expect(stack?.frames.map((f) => f.positionMm)).toEqual([0, 10, 20, 30]);
    expect(stack).toMatchObject({
      shape: [4, 4, 6],
      spacingMm: [10, 0.5, 0.25],
      positions: 4,
      framesPerPosition: 1,
      tiltDegrees: 0,
      findings: [],
    });
    if (!stack?.affine) throw new Error('no affine');
    expect(toPatient(stack.affine, [0, 0, 2])).toEqual([-5, 7, 20]);
    expect(toPatient(stack.affine, [4, 2, 0])).toEqual([-4, 8, 0]);
  });

  it('runs coronal stacks along their own normal', () => {
    // row direction x column direction = (1,0,0) x (0,0,-1) = (0,1,0)
    const [stack] = assembleStacks(
      [5, 0, 10].map((y, i) => image(i + 1, { orientation: coronal, position: [0, y, 0] })),
    );
    expect(stack?.frames.map((f) => f.sopInstanceUid)).toEqual(['1.2.2', '1.2.1', '1.2.3']);
  });

  it('reports a sheared stack as tilted and keeps its affine', () => {
    const shear = Math.tan((20 * Math.PI) / 180);
    const [stack] = assembleStacks([0, 5, 10].map((z, i) => image(i + 1, at(z, 0, z * shear))));
    expect(stack?.tiltDegrees).toBeCloseTo(20, 3);
    expect(codes(stack)).toEqual(['gantry-tilt']);
    expect(stack?.affine?.[1][2]).toBeCloseTo(5 * shear, 9);
  });

  it.each([
    ['a missing slice', [0, 5, 10, 20, 25], ['missing-slice']],
    ['variable spacing', [0, 5, 11, 15, 22], ['variable-spacing']],
    ['rounding noise', [0, 5.001, 10, 14.999, 20], []],
  ])('tells %s', (_, places, expected) => {
    const [stack] = assembleStacks(places.map((z, i) => image(i + 1, at(z))));
    expect(codes(stack)).toEqual(expected);
    expect(stack?.affine === null).toBe(expected.length > 0);
  });

  it('lays an even grid over slices at uneven distances', () => {
    // Gaps 5, 6, 4 and 7, the usual one 6: 22 mm in 4 steps of 5.5 mm.
    const [stack] = assembleStacks([0, 5, 11, 15, 22].map((z, i) => image(i + 1, at(z))));
    expect(stack?.evenGrid?.slices).toBe(5);
    expect(stack?.evenGrid?.sliceAt.map((at) => at * 5.5)).toEqual(
      [0, 5, 11, 15, 22].map((mm) => expect.closeTo(mm, 9)),
    );
    expect(stack?.evenGrid?.affine[2]).toEqual([0, 0, 5.5, 0]);
    expect(stack?.findings[0]?.message).toContain('resampled by the position of each slice');
  });

  it.each([
    // 4 mm slices below, 7 mm slices above, of a head: nothing is missing where slices are as thick as their distance.
    ['thick slices beside thin ones', [0, 4, 8, 12, 13, 20, 27, 34], [4, 4, 4, 4, 7, 7, 7, 7], true],
    ['the same without a thickness', [0, 4, 8, 12, 13, 20, 27, 34], [], false],
    ['one slice too few', [0, 5, 10, 20, 25], [5, 5, 5, 5, 5], false],
    ['one slice too few beside an odd distance', [0, 5, 10, 19, 24], [5, 5, 5, 5, 5], false],
    ['a wide gap that is no multiple', [0, 5, 11, 15, 29], [], false],
  ])('tells %s', (_, places, thickness, isResampled) => {
    const [stack] = assembleStacks(
      places.map((z, i) => image(i + 1, { ...at(z), ...(thickness[i] ? { sliceThickness: thickness[i] } : {}) })),
    );
    expect(stack?.evenGrid !== undefined).toBe(isResampled);
    expect(stack?.affine).toBeNull();
    expect(stack?.findings[0]?.message).toContain(isResampled ? 'are resampled' : 'are not computed');
  });

  it('keeps time points of a 4D series together, in order of acquisition', () => {
    const [stack] = assembleStacks([1, 2, 3, 4, 5, 6].map((n) => image(n, at(n % 2 ? 10 : 0))));
    expect(stack).toMatchObject({ positions: 2, framesPerPosition: 3, findings: [] });
    expect(stack?.frames.map((f) => f.sopInstanceUid)).toEqual(['1.2.2', '1.2.4', '1.2.6', '1.2.1', '1.2.3', '1.2.5']);
  });

  it('reports positions that some frames share', () => {
    const [stack] = assembleStacks([0, 5, 5, 10].map((z, i) => image(i + 1, at(z))));
    expect(codes(stack)).toEqual(['duplicate-position']);
    expect(stack?.framesPerPosition).toBeNull();
  });

  it('reports slices shifted irregularly', () => {
    const [stack] = assembleStacks([0, 5, 10].map((z, i) => image(i + 1, at(z, i === 1 ? 8 : 0))));
    expect(codes(stack)).toEqual(['irregular-positions']);
    expect(stack?.affine).toBeNull();
  });

  it('splits orientations and sizes', () => {
    const stacks = assembleStacks([
      image(1, at(0)),
      image(2, { ...at(0), orientation: coronal }),
      image(3, at(5)),
      image(4, at(0), { rows: 8 }),
    ]);
    expect(stacks.map((s) => s.shape)).toEqual([
      [2, 4, 6],
      [1, 4, 6],
      [1, 8, 6],
    ]);
    expect(stacks.map((s) => s.stackId)).toEqual(['1.2#0', '1.2#1', '1.2#2']);
    expect(codes(stacks[0])).toEqual(['mixed-sizes', 'mixed-orientations']);
  });

  it('takes a cine without geometry for a stack of its own, films by instance number', () => {
    const bare = (n: number, frames: number): InstanceFacts => ({
      ...image(n, {}),
      frameCount: frames,
      frames: Array.from({ length: frames }, (_, i) => ({ frameNumber: i + 1 })),
    });
    const stacks = assembleStacks([bare(3, 1), bare(2, 5), bare(1, 1)]);
    expect(stacks.map((s) => s.frames.map((f) => f.sopInstanceUid))).toEqual([
      ['1.2.1', '1.2.3'],
      ['1.2.2', '1.2.2', '1.2.2', '1.2.2', '1.2.2'],
    ]);
    expect(stacks[0]).toMatchObject({
      affine: null,
      positions: 0,
      framesPerPosition: null,
      spacingMm: [null, null, null],
    });
  });

  it('gives a single slice an affine by its stated spacing', () => {
    const [stack] = assembleStacks([image(1, { ...at(3), sliceThickness: 2 })]);
    expect(stack?.affine?.[2]).toEqual([0, 0, 2, 3]);
  });

  it('leaves objects without pixels out', () => {
    expect(assembleStacks([image(1, {}, { hasPixels: false, frames: [] })])).toEqual([]);
  });
});
