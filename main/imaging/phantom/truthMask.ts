import { gzipSync } from 'fflate';
import { PNG } from 'pngjs';
import type { Grid, Point } from './canvas.ts';

/**
 * A mask as NIfTI-1 .nii.gz, uint8, voxel order column, row, frame. The sform maps indices to RAS mm: DICOM's LPS with x and y
 * turned round. `origin` is the LPS position of the first voxel. No time stamp, so the same mask gives the same bytes.
 */
export function maskNifti(mask: Uint8Array, grid: Grid, origin: Point): Uint8Array {
  const file = new Uint8Array(352 + mask.length);
  const view = new DataView(file.buffer);
  view.setInt32(0, 348, true);
  [3, grid.columns, grid.rows, grid.frames, 1, 1, 1, 1].forEach((size, i) => {
    view.setInt16(40 + 2 * i, size, true);
  });
  view.setInt16(70, 2, true);
  view.setInt16(72, 8, true);
  [1, grid.pixelMm, grid.pixelMm, grid.sliceMm].forEach((size, i) => {
    view.setFloat32(76 + 4 * i, size, true);
  });
  view.setFloat32(108, 352, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, 2);
  view.setInt16(254, 1, true);
  const rows = [
    [-grid.pixelMm, 0, 0, -origin[0]],
    [0, -grid.pixelMm, 0, -origin[1]],
    [0, 0, -grid.sliceMm, origin[2]],
  ];
  rows.flat().forEach((entry, i) => {
    view.setFloat32(280 + 4 * i, entry, true);
  });
  file.set(new TextEncoder().encode('n+1\0'), 344);
  file.set(mask, 352);
  return gzipSync(file, { mtime: 0 });
}

/** A mask of one frame as an 8-bit grey PNG: 255 in the lesion. */
export function maskPng(mask: Uint8Array, grid: Grid): Uint8Array {
  const png = new PNG({ width: grid.columns, height: grid.rows });
  mask.forEach((inside, at) => {
    png.data.fill(inside * 255, at * 4, at * 4 + 3);
    png.data[at * 4 + 3] = 255;
  });
  return PNG.sync.write(png, { colorType: 0, inputColorType: 6 });
}
