/** A rectangle of pixels from 0; parts outside the image do not matter. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Fills rectangles of a frame (row-major, samples of a pixel side by side) with `fill`, one value per sample, in place. */
export function maskRectangles(
  frame: { readonly pixels: { [index: number]: number }; readonly rows: number; readonly columns: number },
  boxes: readonly PixelBox[],
  fill: readonly number[],
): void {
  const { pixels, rows, columns } = frame;
  for (const { left, top, width, height } of boxes) {
    const right = Math.min(columns, left + width);
    for (let row = Math.max(0, top); row < Math.min(rows, top + height); row++) {
      for (let column = Math.max(0, left); column < right; column++) {
        fill.forEach((value, sample) => {
          pixels[(row * columns + column) * fill.length + sample] = value;
        });
      }
    }
  }
}
