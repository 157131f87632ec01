import type { PixelCodec } from '../dicom/transferSyntaxes.ts';

/**
 * A fragment with the text of its comments and application segments (EXIF, XMP...) overwritten by zeros in place: no length
 * and no pixel changes. The same array where there are none. JPEG and JPEG-LS: ITU-T T.81 B.2.4; JPEG 2000: T.800 A.9.2.
 */
export function withoutComments(fragment: Uint8Array, codec: PixelCodec): Uint8Array {
  const ranges =
    codec === 'jpeg-dct' || codec === 'jpeg-lossless' || codec === 'jpeg-ls'
      ? jpegText(fragment)
      : codec === 'jpeg-2000'
        ? jpeg2000Text(fragment)
        : [];
  const dirty = ranges.filter(([start, end]) => fragment.subarray(start, end).some((byte) => byte !== 0));
  if (dirty.length === 0) return fragment;
  const clean = Uint8Array.from(fragment);
  for (const [start, end] of dirty) clean.fill(0, start, end);
  return clean;
}

type Range = readonly [start: number, end: number];

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** APP0 (JFIF), APP8 (SPIFF, colour transforms of JPEG-LS) and APP14 (Adobe's colour transform) matter for decoding. */
const neededSegments = new Set([0xe0, 0xe8, 0xee]);

function jpegText(bytes: Uint8Array): Range[] {
  const ranges: Range[] = [];
  if (uint16(bytes, 0) !== 0xffd8) return ranges;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xda || marker === 0xd9) break;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const end = at + 2 + uint16(bytes, at + 2);
    const isText = marker === 0xfe || (marker >= 0xe1 && marker <= 0xef && !neededSegments.has(marker));
    if (isText && end <= bytes.length) ranges.push([at + 4, end]);
    at = end;
  }
  return ranges;
}

function jpeg2000Text(bytes: Uint8Array): Range[] {
  const ranges: Range[] = [];
  if (uint16(bytes, 0) !== 0xff4f) return ranges;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0x90 || marker === 0x93 || marker === 0xd9) break;
    const end = at + 2 + uint16(bytes, at + 2);
    // Behind the length comes the registration of the comment's kind.
    if (marker === 0x64 && end <= bytes.length) ranges.push([at + 6, end]);
    at = end;
  }
  return ranges;
}
