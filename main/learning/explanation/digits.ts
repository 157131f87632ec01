/** 3 x 5 pixel glyphs, one row of three bits per digit of the octal numbers, top row first. */
const glyphs: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 7, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 1, 2, 2],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
  '.': [0, 0, 0, 0, 2],
  '-': [0, 0, 7, 0, 0],
  '+': [0, 2, 7, 2, 0],
  e: [0, 7, 7, 4, 7],
};

export const GLYPH_HEIGHT = 5;
const GLYPH_ADVANCE = 4;

/** Calls `paint(x, y)` for each set pixel of a number's text, `scale` pixels to a dot, from the top left corner (x, y). */
export function drawNumber(
  text: string,
  x: number,
  y: number,
  scale: number,
  paint: (x: number, y: number) => void,
): void {
  for (let at = 0; at < text.length; at++) {
    const rows = glyphs[text[at] ?? ''] ?? [];
    for (let dot = 0; dot < rows.length * 3; dot++) {
      const [row, column] = [Math.floor(dot / 3), dot % 3];
      if (!((rows[row] ?? 0) & (4 >> column))) continue;
      for (let i = 0; i < scale * scale; i++) {
        const left = x + (at * GLYPH_ADVANCE + column) * scale;
        paint(left + (i % scale), y + row * scale + Math.floor(i / scale));
      }
    }
  }
}

/** Width of a text in pixels. */
export function numberWidth(text: string, scale: number): number {
  return (text.length * GLYPH_ADVANCE - 1) * scale;
}
