import type { NIFTI1, NIFTI2 } from 'nifti-reader-js';
import type { Affine } from '../../domain/geometry.ts';

type Header = NIFTI1 | NIFTI2;

/** Where srow_x begins, and the size of its numbers. */
const nifti1 = { offset: 280, size: 4 };
const nifti2 = { offset: 400, size: 8 };

/**
 * Voxel index -> mm in LPS. The matrix is chosen as nibabel does: sform where its code is set, else qform, else the voxel
 * sizes with x running to the left of the patient's right and the origin in the middle; then the signs of the first two axes
 * of NIfTI's RAS are turned.
 */
export function lpsAffine(header: Header, bytes: Uint8Array): Affine {
  const ras = rasRows(header, bytes);
  const row = (r: number, sign: number) => {
    const [a = 0, b = 0, c = 0, d = 0] = ras[r] ?? [];
    return [sign * a, sign * b, sign * c, sign * d] as const;
  };
  return [row(0, -1), row(1, -1), row(2, 1), [0, 0, 0, 1]];
}

function rasRows(header: Header, bytes: Uint8Array): readonly (readonly number[])[] {
  if (header.sform_code > 0) return sformRows(header, bytes);
  return header.qform_code > 0 ? header.affine : centredRows(header);
}

/** The reader prefers the qform where its code is the higher one, and keeps only one matrix. */
function sformRows(header: Header, bytes: Uint8Array): number[][] {
  const { offset, size } = bytes[344] === 0x6e && bytes[345] === 0x2b ? nifti1 : nifti2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = (i: number) =>
    size === 4
      ? view.getFloat32(offset + 4 * i, header.littleEndian)
      : view.getFloat64(offset + 8 * i, header.littleEndian);
  return [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => read(4 * row + column)));
}

function centredRows({ dims, pixDims }: Header): number[][] {
  return [0, 1, 2].map((axis) => {
    const step = (axis === 0 ? -1 : 1) * (pixDims[axis + 1] || 1);
    const origin = (-step * ((dims[axis + 1] ?? 1) - 1)) / 2;
    return [0, 1, 2, 3].map((column) => (column === axis ? step : column === 3 ? origin : 0));
  });
}
