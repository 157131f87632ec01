import { AppError } from '../../domain/errors.ts';
import type { Encapsulated } from '../dicom/elementReader.ts';
import type { DicomHeader } from '../dicom/readHeader.ts';
import { withoutComments } from './codestreamComments.ts';
import type { TreeElement } from './elementTree.ts';
import type { OutElement } from './writeElements.ts';

/** What was done to the pixels' bytes; their stored values are never changed by it. */
export type PixelChange = 'none' | 'excess-removed' | 'overlay-bits-cleared' | 'comments-blanked';

/**
 * The pixel element for the new file: the same bytes, but for what is no pixel: bytes beyond the last frame, overlays kept
 * in unused bits, comments in compressed streams. Errors: damaged-pixels.
 */
export function pixelElement(element: TreeElement, header: DicomHeader): { out: OutElement; change: PixelChange } {
  const vr = writtenVr(element, header);
  if (element.encapsulated) return encapsulatedPixels(element, element.encapsulated, vr, header);
  const expected = expectedLength(element, header);
  const isLonger = expected !== undefined && element.value.length > expected + (expected % 2);
  const exact = isLonger ? element.value.subarray(0, expected) : element.value;
  const cleared = withoutOverlayBits(exact, header);
  const change = cleared !== exact ? 'overlay-bits-cleared' : isLonger ? 'excess-removed' : 'none';
  const value = cleared.length % 2 === 0 ? [cleared] : [cleared, new Uint8Array(1)];
  return { out: { tag: element.tag, vr, value }, change };
}

function writtenVr({ tag, fileVr }: TreeElement, { attributes }: DicomHeader): string {
  if (tag === '7fe00008') return 'OF';
  if (tag === '7fe00009') return 'OD';
  if (fileVr === 'OB' || fileVr === 'OW') return fileVr;
  return (attributes.bitsAllocated ?? 16) > 8 ? 'OW' : 'OB';
}

/** Bytes of all frames; undefined where the header does not say. */
function expectedLength({ tag, value }: TreeElement, { attributes }: DicomHeader): number | undefined {
  const { rows, columns, numberOfFrames, samplesPerPixel = 1, photometricInterpretation = '' } = attributes;
  const bits = tag === '7fe00008' ? 32 : tag === '7fe00009' ? 64 : attributes.bitsAllocated;
  if (rows === undefined || columns === undefined || bits === undefined) return undefined;
  const full = Math.ceil((rows * columns * samplesPerPixel * Math.max(1, numberOfFrames ?? 1) * bits) / 8);
  const isHalfChroma = photometricInterpretation.endsWith('_422') && samplesPerPixel === 3 && value.length < full;
  return isHalfChroma ? Math.ceil((full * 2) / 3) : full;
}

/** Overlays of groups 60xx without data of their own live in bits of the cells (PS3.5 section 8.1.2); they go with their groups. */
function withoutOverlayBits(
  value: Uint8Array,
  { attributes, overlays, isBigEndian, transferSyntax }: DicomHeader,
): Uint8Array {
  const { bitsAllocated, bitsStored = bitsAllocated, highBit = (bitsStored ?? 1) - 1 } = attributes;
  if ((bitsAllocated !== 16 && bitsAllocated !== 8) || bitsStored === undefined) return value;
  const stored = ((2 ** bitsStored - 1) << Math.max(0, highBit + 1 - bitsStored)) >>> 0;
  let overlayBits = 0;
  for (const { source } of overlays) if ('bitPosition' in source) overlayBits |= 1 << source.bitPosition;
  const unwanted = overlayBits & ~stored & (2 ** bitsAllocated - 1);
  if (unwanted === 0) return value;
  const out = Uint8Array.from(value);
  const isSwapped = isBigEndian || transferSyntax.hasBigEndianPixels;
  for (let i = 0; i < out.length; i++) {
    const isHighByte = bitsAllocated === 16 && (i % 2 === 1) !== isSwapped;
    out[i] = (out[i] ?? 0) & ~(isHighByte ? unwanted >>> 8 : unwanted);
  }
  return out;
}

function encapsulatedPixels(
  { tag, value }: TreeElement,
  { fragments, isTruncated }: Encapsulated,
  vr: string,
  header: DicomHeader,
): { out: OutElement; change: PixelChange } {
  if (isTruncated || fragments.length === 0) {
    throw new AppError('damaged-pixels', 'The compressed pixels are cut short.');
  }
  const first = fragments[0];
  const base = value.byteOffset - header.bytes.byteOffset;
  const table = value.subarray(0, (first?.start ?? 0) - 8 - base);
  let hasBlanked = false;
  const parts: Uint8Array[] = [table];
  for (const { start, length } of fragments) {
    const bytes = header.bytes.subarray(start, start + length);
    const clean = withoutComments(bytes, header.transferSyntax.codec);
    hasBlanked ||= clean !== bytes;
    parts.push(header.bytes.subarray(start - 8, start), clean);
  }
  parts.push(Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0));
  const out = { tag, vr: vr === 'OW' ? 'OB' : vr, value: parts, isEncapsulated: true };
  return { out, change: hasBlanked ? 'comments-blanked' : 'none' };
}
