/** A picture for the encoder: samples side by side. */
export interface LosslessPicture {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  readonly samples: Uint16Array;
}

export interface LosslessChoices {
  readonly predictor: number;
  /** Rows between restart markers; 0 for none. */
  readonly restartRows: number;
  /** Of every Huffman code: 5 or more, for categories 0 to 16. */
  readonly codeLength: number;
}

/** 16-bit lossless JPEG (ISO 10918-1 annex H), written from the standard without our decoder's code. */
export function encodeJpegLossless(picture: LosslessPicture, choices: LosslessChoices): Uint8Array {
  const { rows, columns, components } = picture;
  const ids = Array.from({ length: components }, (_, i) => i + 1);
  const counts = Array.from({ length: 16 }, (_, i) => (i + 1 === choices.codeLength ? 17 : 0));
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xc3, [16, ...two(rows), ...two(columns), components, ...ids.flatMap((id) => [id, 0x11, 0])]),
    ...segment(0xc4, [0, ...counts, ...Array.from({ length: 17 }, (_, i) => i)]),
    ...(choices.restartRows > 0 ? segment(0xdd, two(choices.restartRows * columns)) : []),
    ...segment(0xda, [components, ...ids.flatMap((id) => [id, 0]), choices.predictor, 0, 0]),
    ...entropy(picture, choices),
    ...[0xff, 0xd9],
  ]);
}

const two = (value: number): number[] => [value >> 8, value & 0xff];
const segment = (marker: number, data: readonly number[]): number[] => [0xff, marker, ...two(data.length + 2), ...data];

function entropy(picture: LosslessPicture, { predictor, restartRows, codeLength }: LosslessChoices): number[] {
  const out: number[] = [];
  let bits = '';
  for (let row = 0; row < picture.rows; row++) {
    const isRestart = restartRows > 0 && row % restartRows === 0;
    if (isRestart && row > 0) {
      out.push(...stuffed(bits), 0xff, 0xd0 + ((row / restartRows - 1) % 8));
      bits = '';
    }
    const isTop = row === 0 || isRestart;
    for (let i = 0; i < picture.columns * picture.components; i++) {
      bits += code(difference(picture, row, i, isTop, predictor), codeLength);
    }
  }
  return [...out, ...stuffed(bits)];
}

function difference(picture: LosslessPicture, row: number, i: number, isTop: boolean, predictor: number): number {
  const { columns, components, samples } = picture;
  const stride = columns * components;
  const sample = (r: number, n: number): number => samples[r * stride + n] ?? 0;
  const isFirst = i < components;
  const [a, b, c] = [sample(row, i - components), sample(row - 1, i), sample(row - 1, i - components)];
  const predictions = [0, a, b, c, a + b - c, a + ((b - c) >> 1), b + ((a - c) >> 1), (a + b) >> 1];
  const prediction = isFirst ? (isTop ? 32_768 : b) : isTop ? a : (predictions[predictor] ?? 0);
  const value = (sample(row, i) - prediction) & 0xffff;
  return value > 32_768 ? value - 65_536 : value;
}

function code(value: number, codeLength: number): string {
  const size = value === 32_768 ? 16 : 32 - Math.clz32(Math.abs(value));
  const bits = value < 0 ? value + 2 ** size - 1 : value;
  const extra = size > 0 && size < 16 ? bits.toString(2).padStart(size, '0') : '';
  return size.toString(2).padStart(codeLength, '0') + extra;
}

/** Bytes filled up with ones, a zero behind every 255. */
function stuffed(bits: string): number[] {
  const bytes = bits.padEnd(8 * Math.ceil(bits.length / 8), '1').match(/.{8}/g) ?? [];
  return bytes.flatMap((byte) => (byte === '11111111' ? [0xff, 0] : [Number.parseInt(byte, 2)]));
}
