/** Strokes up to this many pixels wide are found; wider ones are shapes. */
const reach = 5;

/**
 * How much each pixel stands out as part of a thin stroke: the larger of the horizontal and vertical top-hat (value minus
 * morphological opening by a line of 11 pixels); for dark strokes of the inverted picture.
 */
export function strokeContrast(
  grey: Uint8Array,
  rows: number,
  columns: number,
  polarity: 'bright' | 'dark',
): Uint8Array {
  const picture = polarity === 'bright' ? grey : grey.map((value) => 255 - value);
  const across = opened(picture, rows, columns, 1, columns);
  const down = opened(picture, columns, rows, columns, 1);
  return picture.map((value, i) => value - Math.min(across[i] ?? 0, down[i] ?? 0));
}

/** Opening along lines: `lines` of `length` pixels, `step` apart within a line, `stride` between lines. */
function opened(picture: Uint8Array, lines: number, length: number, step: number, stride: number): Uint8Array {
  const out = new Uint8Array(picture.length);
  // Buffers for all lines: making small ones by the thousand costs more than the work on them.
  const line = new Uint8Array(length);
  const buffers = { ahead: new Uint8Array(length + 2 * reach), behind: new Uint8Array(length + 2 * reach) };
  for (let n = 0; n < lines; n++) {
    const start = n * stride;
    for (let i = 0; i < length; i++) line[i] = picture[start + i * step] ?? 0;
    erode(line, buffers);
    for (let i = 0; i < length; i++) line[i] = 255 - (line[i] ?? 0);
    erode(line, buffers);
    for (let i = 0; i < length; i++) out[start + i * step] = 255 - (line[i] ?? 0);
  }
  return out;
}

const window = 2 * reach + 1;

/** Least of the 11 values around each, in place (van Herk, Pattern Recognition Letters 13:517-521, 1992). */
function erode(line: Uint8Array, { ahead, behind }: { readonly ahead: Uint8Array; readonly behind: Uint8Array }): void {
  const padded = line.length + 2 * reach;
  const at = (i: number): number => (i < reach || i >= padded - reach ? 255 : (line[i - reach] ?? 0));
  for (let i = 0; i < padded; i++) {
    const value = at(i);
    const before = i % window === 0 ? 255 : (ahead[i - 1] ?? 255);
    ahead[i] = value < before ? value : before;
  }
  for (let i = padded - 1; i >= 0; i--) {
    const value = at(i);
    const after = (i + 1) % window === 0 || i === padded - 1 ? 255 : (behind[i + 1] ?? 255);
    behind[i] = value < after ? value : after;
  }
  for (let i = 0; i < line.length; i++) {
    const left = behind[i] ?? 0;
    const right = ahead[i + 2 * reach] ?? 0;
    line[i] = left < right ? left : right;
  }
}
