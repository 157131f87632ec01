/** A 5x7 font of capitals and digits, rows top to bottom, five bits each: to burn canaries into test images. */
export const glyphs: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  B: [30, 17, 17, 30, 17, 17, 30],
  C: [14, 17, 16, 16, 16, 17, 14],
  D: [30, 17, 17, 17, 17, 17, 30],
  E: [31, 16, 16, 30, 16, 16, 31],
  F: [31, 16, 16, 30, 16, 16, 16],
  G: [14, 17, 16, 23, 17, 17, 15],
  H: [17, 17, 17, 31, 17, 17, 17],
  I: [14, 4, 4, 4, 4, 4, 14],
  J: [7, 2, 2, 2, 2, 18, 12],
  K: [17, 18, 20, 24, 20, 18, 17],
  L: [16, 16, 16, 16, 16, 16, 31],
  M: [17, 27, 21, 21, 17, 17, 17],
  N: [17, 25, 21, 19, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  P: [30, 17, 17, 30, 16, 16, 16],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
  U: [17, 17, 17, 17, 17, 17, 14],
  V: [17, 17, 17, 17, 17, 10, 4],
  X: [17, 17, 10, 4, 10, 17, 17],
  Y: [17, 17, 10, 4, 4, 4, 4],
  Z: [31, 1, 2, 4, 8, 16, 31],
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [31, 2, 4, 2, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
};

export interface Picture {
  readonly grey: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

/** Draws text with its upper left corner at (left, top); every bit is `scale` pixels wide; `value` is added to the grey. */
export function burnText(
  { grey, rows, columns }: Picture,
  text: string,
  place: { readonly left: number; readonly top: number; readonly scale: number; readonly value: number },
): void {
  const { left, top, scale, value } = place;
  [...text].forEach((letter, index) => {
    glyphs[letter]?.forEach((bits, row) => {
      for (let column = 0; column < 5; column++) {
        if ((bits & (16 >> column)) === 0) continue;
        for (let y = 0; y < scale; y++) {
          for (let x = 0; x < scale; x++) {
            const px = left + (index * 6 + column) * scale + x;
            const py = top + row * scale + y;
            if (px < 0 || py < 0 || px >= columns || py >= rows) continue;
            const at = py * columns + px;
            grey[at] = Math.max(0, Math.min(255, (grey[at] ?? 0) + value));
          }
        }
      }
    });
  });
}

export const textSize = (text: string, scale: number): { width: number; height: number } => ({
  width: text.length * 6 * scale - scale,
  height: 7 * scale,
});
