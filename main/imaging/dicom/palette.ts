import { AppError } from '../../domain/errors.ts';
import type { Attributes } from '../../domain/keywords.ts';
import type { Palette } from '../openedImage.ts';

/**
 * The red, green and blue tables, plain or segmented, as 8-bit RGB (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9.2). Undefined
 * where there is none. Errors: damaged-header.
 */
export function paletteOf(attributes: Attributes): Palette | undefined {
  const { redPaletteDescriptor, greenPaletteDescriptor, bluePaletteDescriptor } = attributes;
  const [entries, firstMapped, bits] = redPaletteDescriptor ?? [];
  if (entries === undefined || firstMapped === undefined || bits === undefined) return undefined;
  const count = entries & 0xffff || 65_536;
  const channels = [
    channelOf(attributes.redPaletteData, attributes.segmentedRedPaletteData, count, bits),
    channelOf(
      attributes.greenPaletteData,
      attributes.segmentedGreenPaletteData,
      count,
      greenPaletteDescriptor?.[2] ?? bits,
    ),
    channelOf(
      attributes.bluePaletteData,
      attributes.segmentedBluePaletteData,
      count,
      bluePaletteDescriptor?.[2] ?? bits,
    ),
  ];
  const rgb = new Uint8Array(count * 3);
  for (const [channel, value] of channels.entries()) {
    if (!value) return undefined;
    for (let i = 0; i < count; i++) rgb[i * 3 + channel] = value(i);
  }
  return { firstMapped, rgb };
}

type Channel = ((index: number) => number) | undefined;

function channelOf(
  plain: Uint16Array | undefined,
  segmented: Uint16Array | undefined,
  count: number,
  bits: number,
): Channel {
  if (plain) return paletteBytes(plain, count, bits);
  if (!segmented) return undefined;
  const values = expandSegments(bits > 8 ? segmented : bytesOf(segmented), count);
  return bits > 8 ? (i) => (values[i] ?? 0) >> 8 : (i) => values[i] ?? 0;
}

/** 16-bit entries show their high byte; 8-bit entries come packed in words, or, against the standard, one per word. */
function paletteBytes(words: Uint16Array, count: number, bits: number): (index: number) => number {
  if (words.length < count) {
    const bytes = bytesOf(words);
    return (i) => bytes[i] ?? 0;
  }
  const usesHighByte = bits > 8 && words.some((word) => word > 255);
  return (i) => (usesHighByte ? (words[i] ?? 0) >> 8 : (words[i] ?? 0) & 0xff);
}

function bytesOf(words: Uint16Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** C.7.9.2: discrete (0), linear (1) and indirect (2) segments until `count` entries are there. */
function expandSegments(data: Uint16Array | Uint8Array, count: number): Uint16Array {
  const out = new Uint16Array(count);
  let filled = 0;
  const put = (value: number) => {
    if (filled < count) out[filled++] = value;
  };
  /** Reads one segment at `at`; returns where the next one starts. Indirect segments may not point at indirect ones. */
  const segment = (at: number, isIndirectAllowed: boolean): number => {
    const opcode = data[at];
    const length = data[at + 1] ?? 0;
    if (opcode === 0) {
      for (let i = 0; i < length; i++) put(data[at + 2 + i] ?? 0);
      return at + 2 + length;
    }
    if (opcode === 1 && filled > 0) {
      const from = out[filled - 1] ?? 0;
      const to = data[at + 2] ?? 0;
      for (let i = 1; i <= length; i++) put(Math.round(from + ((to - from) * i) / length));
      return at + 3;
    }
    if (opcode !== 2 || !isIndirectAllowed) throw new AppError('damaged-header', 'A segmented palette is damaged.');
    const isWords = data instanceof Uint16Array;
    const offset = isWords
      ? (data[at + 2] ?? 0) + (data[at + 3] ?? 0) * 65_536
      : (data[at + 2] ?? 0) + (data[at + 3] ?? 0) * 256 + (data[at + 4] ?? 0) * 65_536;
    let source = isWords ? offset >> 1 : offset;
    for (let i = 0; i < length && source < data.length; i++) source = segment(source, false);
    return at + (isWords ? 4 : 6);
  };
  for (let at = 0; at + 2 < data.length && filled < count; ) at = segment(at, true);
  return out;
}
