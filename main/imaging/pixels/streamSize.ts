import { damagedJpeg, readJpegFrameHeader } from './jpegMarkers.ts';
import type { PixelLayout } from './pixelLayout.ts';
import { checkFrame } from './wasmCodec.ts';

/**
 * Compares the size that a compressed stream states with the header's before a codec reserves memory for it: a few
 * damaged bytes could ask for gigabytes. Each throws damaged-pixels.
 */

/** JPEG 2000: the SIZ segment (ISO 15444-1 annex A.5.1), right behind the start of the codestream. */
export function checkJpeg2000Size(stream: Uint8Array, layout: PixelLayout): void {
  const start = indexOf(stream, [0xff, 0x4f, 0xff, 0x51]);
  if (start < 0 || start + 42 > stream.length) throw damagedJpeg('has no JPEG 2000 header');
  const view = new DataView(stream.buffer, stream.byteOffset + start + 4, 38);
  const [width, height, left, top, tileWidth, tileHeight] = [4, 8, 12, 16, 20, 24].map((at) => view.getUint32(at)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  checkFrame(width - left, height - top, view.getUint16(36), layout);
  const tiles = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight);
  // Part 1 numbers tiles with 16 bits. An offset far beyond the image only serves to fill memory.
  if (!(tiles <= 65_535) || left > 65_535 || top > 65_535) throw damagedJpeg('has an impossible tile grid');
}

/** JPEG-LS: the frame header (ISO 14495-1 annex C.2.2). */
export function checkJpegLsSize(stream: Uint8Array, layout: PixelLayout): void {
  const { columns, rows, components } = readJpegFrameHeader(stream);
  checkFrame(columns, rows, components, layout);
}

/** JPEG XL: the size header at the start of the codestream (ISO 18181-1 annex D.2), bare or inside a container. */
export function checkJpegXlSize(stream: Uint8Array, layout: PixelLayout): void {
  const start = codestreamStart(stream);
  if (start < 0) throw damagedJpeg('has no JPEG XL header');
  let position = (start + 2) * 8;
  const bits = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++, position++) {
      value += (((stream[position >> 3] ?? 0) >> (position & 7)) & 1) * 2 ** i;
    }
    return value;
  };
  const isSmall = bits(1) === 1;
  const length = () => (isSmall ? 8 * (bits(5) + 1) : bits([9, 13, 18, 30][bits(2)] ?? 30) + 1);
  const rows = length();
  const ratio = [undefined, 1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2][bits(3)];
  const columns = ratio === undefined ? length() : Math.floor(rows * ratio);
  checkFrame(columns, rows, layout.samplesPerPixel, layout);
}

function codestreamStart(stream: Uint8Array): number {
  if (stream[0] === 0xff && stream[1] === 0x0a) return 0;
  const box = indexOf(stream, [0x6a, 0x78, 0x6c]);
  for (let at = box; at >= 0 && at < Math.min(stream.length - 1, box + 4096); at++) {
    if (stream[at] === 0xff && stream[at + 1] === 0x0a) return at;
  }
  return -1;
}

function indexOf(stream: Uint8Array, bytes: readonly number[]): number {
  return Buffer.from(stream.buffer, stream.byteOffset, Math.min(stream.length, 65_536)).indexOf(Uint8Array.from(bytes));
}
