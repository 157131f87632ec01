import type { randomStream } from '../../domain/random.ts';

/** [x, y, z] in mm about the middle of the drawn volume, x to the patient's left, y to the back, z to the head (LPS axes). */
export type Point = readonly [number, number, number];

/** Sampling of a phantom. Frame 0 is the topmost; z falls with the frame, as CT scanners number their slices. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly frames: number;
  /** mm between pixel centres, equal along rows and columns. */
  readonly pixelMm: number;
  readonly sliceMm: number;
}

/** What a phantom is drawn on: values[frame][row][column], and 1 in `mask` where the lesion is. */
export interface Canvas {
  readonly grid: Grid;
  readonly values: Float32Array;
  readonly mask: Uint8Array;
}

export function emptyCanvas(grid: Grid): Canvas {
  const size = grid.frames * grid.rows * grid.columns;
  return { grid, values: new Float32Array(size), mask: new Uint8Array(size) };
}

export const columnMm = (grid: Grid, column: number): number => (column - (grid.columns - 1) / 2) * grid.pixelMm;
export const rowMm = (grid: Grid, row: number): number => (row - (grid.rows - 1) / 2) * grid.pixelMm;
export const frameMm = (grid: Grid, frame: number): number => ((grid.frames - 1) / 2 - frame) * grid.sliceMm;

/** Fractional [column, row, frame] of a point; pixel centres are integers, frames count from 0. */
export function indexOf(grid: Grid, point: Point): Point {
  return [
    point[0] / grid.pixelMm + (grid.columns - 1) / 2,
    point[1] / grid.pixelMm + (grid.rows - 1) / 2,
    (grid.frames - 1) / 2 - point[2] / grid.sliceMm,
  ];
}

/** Sets every voxel to valueAt(x, y, z) in mm. */
export function fillCanvas(canvas: Canvas, valueAt: (x: number, y: number, z: number) => number): void {
  const { grid, values } = canvas;
  let at = 0;
  for (let frame = 0; frame < grid.frames; frame++) {
    const z = frameMm(grid, frame);
    for (let row = 0; row < grid.rows; row++) {
      const y = rowMm(grid, row);
      for (let column = 0; column < grid.columns; column++) values[at++] = valueAt(columnMm(grid, column), y, z);
    }
  }
}

/** Share of a voxel inside a surface whose signed distance in mm is positive inside: a ramp of one pixel's width. */
export function coverage(insideMm: number, pixelMm: number): number {
  return Math.min(1, Math.max(0, insideMm / pixelMm + 0.5));
}

/** Calls `visit` with the offset and centre of every voxel within `reachMm` of the box from `low` to `high`. */
export function forVoxelsNear(
  grid: Grid,
  low: Point,
  high: Point,
  reachMm: number,
  visit: (at: number, x: number, y: number, z: number) => void,
): void {
  const first = indexOf(grid, [low[0] - reachMm, low[1] - reachMm, high[2] + reachMm]);
  const last = indexOf(grid, [high[0] + reachMm, high[1] + reachMm, low[2] - reachMm]);
  for (let frame = Math.max(0, Math.ceil(first[2])); frame <= Math.min(grid.frames - 1, last[2]); frame++) {
    for (let row = Math.max(0, Math.ceil(first[1])); row <= Math.min(grid.rows - 1, last[1]); row++) {
      const start = (frame * grid.rows + row) * grid.columns;
      for (let column = Math.max(0, Math.ceil(first[0])); column <= Math.min(grid.columns - 1, last[0]); column++) {
        visit(start + column, columnMm(grid, column), rowMm(grid, row), frameMm(grid, frame));
      }
    }
  }
}

/** Point spread of a scanner: a [1 w 1] kernel along rows and columns of each frame; edge pixels keep their value. */
export function blurInPlane(canvas: Canvas, middleWeight: number): void {
  const { grid, values } = canvas;
  const { columns, rows } = grid;
  const sum = middleWeight + 2;
  const source = new Float32Array(columns * rows);
  const blurAlong = (frame: Float32Array, stride: number, column0: number, row0: number) => {
    source.set(frame);
    for (let row = row0; row < rows - row0; row++) {
      const end = (row + 1) * columns - column0;
      for (let at = row * columns + column0; at < end; at++) {
        frame[at] = ((source[at - stride] ?? 0) + middleWeight * (source[at] ?? 0) + (source[at + stride] ?? 0)) / sum;
      }
    }
  };
  for (let start = 0; start < values.length; start += source.length) {
    const frame = values.subarray(start, start + source.length);
    blurAlong(frame, 1, 1, 0);
    blurAlong(frame, columns, 0, 1);
  }
}

/** Swaps left and right of every frame, values and mask: the twin for tests of mirrored input. */
export function mirrorCanvas(canvas: Canvas): void {
  const { columns } = canvas.grid;
  for (let start = 0; start < canvas.values.length; start += columns) {
    canvas.values.subarray(start, start + columns).reverse();
    canvas.mask.subarray(start, start + columns).reverse();
  }
}

/** Uniform in [low, high) from a stream. */
export function between(next: () => number, low: number, high: number): number {
  return low + (high - low) * next();
}

export type Stream = ReturnType<typeof randomStream>;

/** Length of a plane vector. Math.hypot guards against overflow, which costs too much where it runs per voxel. */
export function lengthOf(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
