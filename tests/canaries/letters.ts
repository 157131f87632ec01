import { glyphs } from '../unit/deidentify/bitmapFont.ts';

/** How text is drawn; `height` in pixels of a capital. */
export interface Writing {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly height: number;
  /** `dots`: hard squares of whole pixels. `round`: anti-aliased strokes. `slanted`, `bold`: the same, changed. */
  readonly face: 'dots' | 'round' | 'slanted' | 'bold';
}

const cellRows = 7;
const advance = 6;
const strokeShare = { dots: 1, round: 0.85, slanted: 0.8, bold: 1.5 } as const;
const slant = 0.22;

/** Width and height of the written text in pixels. */
export function writtenSize({ text, height, face }: Omit<Writing, 'left' | 'top'>): { width: number; height: number } {
  const unit = unitOf({ height, face });
  const lean = face === 'slanted' ? slant * height : 0;
  return { width: Math.ceil((text.length * advance - 1) * unit + lean) + 1, height: Math.ceil(cellRows * unit) + 1 };
}

const unitOf = ({ height, face }: Pick<Writing, 'height' | 'face'>): number =>
  face === 'dots' ? Math.max(1, Math.round(height / cellRows)) : height / cellRows;

/** Calls `put` with the share of each pixel that ink covers, from 0 to 1. */
export function write(writing: Writing, put: (x: number, y: number, share: number) => void): void {
  const unit = unitOf(writing);
  [...writing.text].forEach((letter, index) => {
    const bits = glyphs[letter];
    if (!bits) return;
    const left = writing.left + index * advance * unit;
    if (writing.face === 'dots') writeDots(bits, left, writing.top, unit, put);
    else writeStrokes(bits, left, writing, unit, put);
  });
}

const isInk = (bits: readonly number[], row: number, column: number): boolean =>
  column >= 0 && column < 5 && ((bits[row] ?? 0) & (16 >> column)) !== 0;

function writeDots(
  bits: readonly number[],
  left: number,
  top: number,
  unit: number,
  put: (x: number, y: number, share: number) => void,
): void {
  for (let row = 0; row < cellRows; row++)
    for (let column = 0; column < 5; column++) {
      if (!isInk(bits, row, column)) continue;
      for (let y = 0; y < unit; y++)
        for (let x = 0; x < unit; x++) put(Math.round(left) + column * unit + x, top + row * unit + y, 1);
    }
}

/** Discs on the dots of the glyph and bars between neighbours, by distance, so that edges are smooth. */
function writeStrokes(
  bits: readonly number[],
  left: number,
  { top, height, face }: Writing,
  unit: number,
  put: (x: number, y: number, share: number) => void,
): void {
  const segments: (readonly [number, number, number, number])[] = [];
  for (let row = 0; row < cellRows; row++)
    for (let column = 0; column < 5; column++) {
      if (!isInk(bits, row, column)) continue;
      segments.push([column, row, column, row]);
      for (const [dc, dr] of [[1, 0], [0, 1], [1, 1], [-1, 1]] as const) // biome-ignore format: neighbours
        if (isInk(bits, row + dr, column + dc)) segments.push([column, row, column + dc, row + dr]);
    }
  const radius = (strokeShare[face] * unit) / 2;
  const lean = face === 'slanted' ? slant : 0;
  for (let y = 0; y <= Math.ceil(cellRows * unit); y++) {
    const shift = lean * (height - y);
    for (let x = -1; x <= Math.ceil(5 * unit) + 1; x++) {
      const [column, row] = [(x + 0.5) / unit - 0.5, (y + 0.5) / unit - 0.5];
      const distance = Math.min(...segments.map((segment) => distanceTo(segment, column, row))) * unit;
      const share = Math.min(1, Math.max(0, radius - distance + 0.5));
      if (share > 0) put(Math.round(left + x + shift), top + y, share);
    }
  }
}

function distanceTo([x0, y0, x1, y1]: readonly [number, number, number, number], x: number, y: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / square));
  return Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
}
