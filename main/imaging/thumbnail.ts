import type { FrameImage } from '../domain/imageTypes.ts';
import { applyVoiTable, applyWindow } from '../domain/voiLut.ts';
import { modalityValues } from './modalityValues.ts';

export interface Thumbnail {
  readonly rows: number;
  readonly columns: number;
  /** 8-bit grey, row-major. */
  readonly pixels: Uint8Array;
}

/** The frame as first shown (window or VOI LUT, inversion), averaged down so that its longer side is `sizePx`. */
export function thumbnail(frame: FrameImage, sizePx: number): Thumbnail {
  const factor = Math.max(1, Math.max(frame.rows, frame.columns) / sizePx);
  const rows = Math.max(1, Math.round(frame.rows / factor));
  const columns = Math.max(1, Math.round(frame.columns / factor));
  const values = modalityValues(frame);
  const show = greyLevels(frame);
  const pixels = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      pixels[row * columns + column] = Math.round(show(boxMean(values, frame, row, column, rows, columns)));
    }
  }
  return { rows, columns, pixels };
}

/** Modality value -> grey level 0..255. */
function greyLevels(frame: FrameImage): (value: number) => number {
  const window = { center: frame.windowCenter, width: frame.windowWidth };
  const table = frame.windows.length === 0 ? frame.voiLuts[0] : undefined;
  const shown = (value: number) => {
    if (frame.isColor) return value;
    return table ? applyVoiTable(table, value) : applyWindow(value, window, frame.voiLutFunction);
  };
  return frame.isInverted ? (value) => 255 - shown(value) : shown;
}

/** Mean of the source pixels that fall into one target pixel. */
function boxMean(
  values: Float32Array,
  source: { readonly rows: number; readonly columns: number },
  row: number,
  column: number,
  rows: number,
  columns: number,
): number {
  const top = Math.floor((row * source.rows) / rows);
  const bottom = Math.max(top + 1, Math.floor(((row + 1) * source.rows) / rows));
  const left = Math.floor((column * source.columns) / columns);
  const right = Math.max(left + 1, Math.floor(((column + 1) * source.columns) / columns));
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) sum += values[y * source.columns + x] ?? 0;
  }
  return sum / ((bottom - top) * (right - left));
}
