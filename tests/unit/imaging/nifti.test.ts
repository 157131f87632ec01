import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { frameOf } from '../../../main/imaging/loadFrame.ts';
import { modalityValues } from '../../../main/imaging/modalityValues.ts';
import { openNifti } from '../../../main/imaging/nifti/openNifti.ts';

/** A NIfTI-1 file of int16 voxels 0, 1, 2... with an oblique-free sform in RAS. */
function niftiFile(
  dims: readonly number[],
  sform: readonly (readonly number[])[],
  slope = 0,
  intercept = 0,
): Uint8Array {
  const voxels = dims.reduce((product, n) => product * n, 1);
  const bytes = Buffer.alloc(352 + 2 * voxels);
  bytes.writeInt32LE(348, 0);
  [dims.length, ...dims].forEach((n, i) => {
    bytes.writeInt16LE(n, 40 + 2 * i);
  });
  bytes.writeInt16LE(4, 70);
  bytes.writeInt16LE(16, 72);
  bytes.writeFloatLE(352, 108);
  bytes.writeFloatLE(slope, 112);
  bytes.writeFloatLE(intercept, 116);
  bytes.writeInt16LE(1, 254);
  sform.flat().forEach((value, i) => {
    bytes.writeFloatLE(value, 280 + 4 * i);
  });
  bytes.write('n+1\0', 344, 'latin1');
  for (let i = 0; i < voxels; i++) bytes.writeInt16LE(i, 352 + 2 * i);
  return bytes;
}

const sform = [
  [-2, 0, 0, 90],
  [0, 3, 0, -120],
  [0, 0, 4, -70],
];

describe('NIfTI', () => {
  it('gives slices as frames and turns RAS into LPS', async () => {
    const image = openNifti(gzipSync(niftiFile([3, 2, 2], sform)));
    expect(image.layout).toMatchObject({ rows: 2, columns: 3, frames: 2, dtype: 'int16', isSigned: true });
    expect([...(await image.decode(2)).pixels]).toEqual([6, 7, 8, 9, 10, 11]);
    const { facts } = image.describe(2);
    // RAS origin (90, -120, -70 + 4) is LPS (-90, 120, -66); x falls in RAS, so it rises in LPS
    expect(facts.position).toEqual([-90, 120, -66]);
    expect(facts.orientation).toEqual([1, -0, 0, -0, -1, 0]);
    expect(facts.pixelSpacing).toEqual([3, 2]);
  });

  it('applies the scale, and none where the slope is 0', async () => {
    const scaled = await frameOf(openNifti(niftiFile([3, 1, 1], sform, 0.5, -10)), 1);
    expect([...modalityValues(scaled)]).toEqual([-10, -9.5, -9]);
    const plain = await frameOf(openNifti(niftiFile([3, 1, 1], sform)), 1);
    expect([...modalityValues(plain)]).toEqual([0, 1, 2]);
  });

  it('narrows 64-bit voxels, and refuses those that no double holds', async () => {
    const long = (values: readonly bigint[]) => {
      const file = Buffer.alloc(352 + 8 * values.length);
      file.set(niftiFile([values.length, 1, 1], sform).subarray(0, 352));
      file.writeInt16LE(1024, 70);
      values.forEach((value, i) => {
        file.writeBigInt64LE(value, 352 + 8 * i);
      });
      return file;
    };
    const labels = openNifti(long([-3n, 0n, 70_000n]));
    expect((await labels.decode(1)).pixels).toEqual(Int32Array.of(-3, 0, 70_000));
    expect((await openNifti(long([1n, 2n ** 40n])).decode(1)).pixels).toEqual(Float64Array.of(1, 2 ** 40));
    expect(() => openNifti(long([2n ** 60n + 1n]))).toThrow('64-bit');
  });

  it('without any matrix centres the volume, x running against RAS, as nibabel does', () => {
    const file = Buffer.from(niftiFile([5, 4, 3], sform));
    file.writeInt16LE(0, 254);
    [0.5, 1.5, 2.5].forEach((size, i) => {
      file.writeFloatLE(size, 80 + 4 * i);
    });
    // nibabel: diag(-0.5, 1.5, 2.5), origin (1, -2.25, -2.5)
    expect(openNifti(file).describe(1).facts).toMatchObject({ position: [-1, 2.25, -2.5], pixelSpacing: [1.5, 0.5] });
  });

  it('counts the volumes of a time series', () => {
    const image = openNifti(niftiFile([1, 1, 2, 3], sform));
    expect(image.layout.frames).toBe(6);
    expect([1, 2, 3, 6].map((n) => image.describe(n).facts.temporalPosition)).toEqual([1, 1, 2, 3]);
    expect(image.describe(3).facts.position).toEqual(image.describe(1).facts.position);
  });

  it.each([
    ['cut short', (file: Uint8Array) => file.subarray(0, 354), 'damaged-pixels'],
    ['of an unknown type', (file: Uint8Array) => Buffer.from(file).fill(0x7f, 70, 72), 'unsupported-pixel-format'],
    ['without header', () => new Uint8Array(400), 'damaged-header'],
  ])('refuses a file %s', (_, damage, code) => {
    expect(() => openNifti(damage(niftiFile([3, 2, 2], sform)))).toThrow(expect.objectContaining({ code }));
  });
});
