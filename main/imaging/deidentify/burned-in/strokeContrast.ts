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
  const line = new Uint8Array(length);
  for (let n = 0; n < lines; n++) {
    const start = n * stride;
    for (let i = 0; i < length; i++) line[i] = picture[start + i * step] ?? 0;
    const eroded = running(line, Math.min);
    const dilated = running(eroded, Math.max);
    for (let i = 0; i < length; i++) out[start + i * step] = dilated[i] ?? 0;
  }
  return out;
}

function running(line: Uint8Array, pick: (a: number, b: number) => number): Uint8Array {
  const out = new Uint8Array(line.length);
  for (let i = 0; i < line.length; i++) {
    const last = Math.min(line.length - 1, i + reach);
    let value = line[i] ?? 0;
    for (let j = Math.max(0, i - reach); j <= last; j++) value = pick(value, line[j] ?? 0);
    out[i] = value;
  }
  return out;
}
