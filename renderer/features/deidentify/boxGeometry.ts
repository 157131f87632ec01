import type { MaskBox } from '../../../main/contract/deidentify.ts';

export interface FrameSize {
  readonly rows: number;
  readonly columns: number;
}

const smallest = 3;

/** The rectangle between two points of a drag, in whole pixels within the frame; undefined where it is a click. */
export function boxBetween(
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  frame: FrameSize,
): MaskBox | undefined {
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  const left = Math.floor(clamp(Math.min(x0, x1), frame.columns));
  const top = Math.floor(clamp(Math.min(y0, y1), frame.rows));
  const width = Math.ceil(clamp(Math.max(x0, x1), frame.columns)) - left;
  const height = Math.ceil(clamp(Math.max(y0, y1), frame.rows)) - top;
  return width >= smallest && height >= smallest ? { left, top, width, height } : undefined;
}

/** Moved by whole pixels, or resized at its lower right corner, without leaving the frame. */
export function nudged(
  box: MaskBox,
  [dx, dy]: readonly [number, number],
  isResizing: boolean,
  frame: FrameSize,
): MaskBox {
  if (isResizing) {
    const width = Math.min(frame.columns - box.left, Math.max(smallest, box.width + dx));
    const height = Math.min(frame.rows - box.top, Math.max(smallest, box.height + dy));
    return { ...box, width, height };
  }
  const left = Math.min(frame.columns - box.width, Math.max(0, box.left + dx));
  const top = Math.min(frame.rows - box.height, Math.max(0, box.top + dy));
  return { ...box, left, top };
}

/** In the middle, a quarter of the width and a tenth of the height: something to move and resize by keys. */
export function middleBox({ rows, columns }: FrameSize): MaskBox {
  const width = Math.max(smallest, Math.round(columns / 4));
  const height = Math.max(smallest, Math.round(rows / 10));
  return { left: Math.round((columns - width) / 2), top: Math.round((rows - height) / 2), width, height };
}

/** Share of the frame that boxes cover, overlaps counted once per box. */
export const coveredShare = (boxes: readonly MaskBox[], { rows, columns }: FrameSize): number =>
  Math.min(1, boxes.reduce((sum, { width, height }) => sum + width * height, 0) / (rows * columns));
