import { AppError } from '../../domain/errors.ts';
import type { Grid } from './classActivation.ts';

const MAGIC = '\x93NUMPY\x01\x00';

/**
 * A grid as a NumPy file: version 1.0, little-endian float32, C order, shape (rows, columns); header padded to 64 bytes
 * (NumPy Enhancement Proposal 1).
 */
export function encodeNpy(grid: Grid): Uint8Array<ArrayBuffer> {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${grid.rows}, ${grid.columns}), }`;
  const unpadded = MAGIC.length + 2 + dictionary.length + 1;
  const header = `${dictionary}${' '.repeat((64 - (unpadded % 64)) % 64)}\n`;
  const start = MAGIC.length + 2 + header.length;
  const bytes = new Uint8Array(start + 4 * grid.values.length);
  const view = new DataView(bytes.buffer);
  const writeText = (text: string, at: number) => {
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  };
  writeText(MAGIC, 0);
  view.setUint16(MAGIC.length, header.length, true);
  writeText(header, MAGIC.length + 2);
  grid.values.forEach((value, i) => {
    view.setFloat32(start + 4 * i, value, true);
  });
  return bytes;
}

/** Reads what `encodeNpy` writes. Throws `unknown-format` for anything else. */
export function decodeNpy(bytes: Uint8Array): Grid {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes.length > 10 ? 10 + view.getUint16(8, true) : 0;
  const header = String.fromCharCode(...bytes.subarray(0, start));
  const shape = /^\x93NUMPY.*'descr': '<f4'.*'fortran_order': False.*'shape': \((\d+), (\d+)\)/s.exec(header);
  const [rows, columns] = [Number(shape?.[1]), Number(shape?.[2])];
  if (!shape || bytes.length !== start + 4 * rows * columns) {
    throw new AppError('unknown-format', 'This is not a two-dimensional float32 NumPy file.');
  }
  const values = Float32Array.from({ length: rows * columns }, (_, i) => view.getFloat32(start + 4 * i, true));
  return { values, rows, columns };
}
