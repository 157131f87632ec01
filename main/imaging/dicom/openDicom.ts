import type { Attributes } from '../../domain/keywords.ts';
import type { OpenedImage, Palette } from '../openedImage.ts';
import { decodeFrame } from '../pixels/decodeFrame.ts';
import { pixelLayoutOf } from '../pixels/pixelLayout.ts';
import { withoutUndefined } from '../withoutUndefined.ts';
import { describeFrame, spacingOf } from './frameFacts.ts';
import type { DicomHeader } from './readHeader.ts';

/** A DICOM image ready for decoding. Errors: those of `pixelLayoutOf`. */
export function openDicom(header: DicomHeader): OpenedImage {
  const { attributes } = header;
  const layout = pixelLayoutOf(header);
  const palette = layout.photometricInterpretation === 'PALETTE COLOR' ? paletteOf(attributes) : undefined;
  return {
    format: 'dicom',
    layout,
    describe: (frameNumber) => describeFrame(attributes, frameNumber),
    decode: (frameNumber) => decodeFrame(header, frameNumber),
    display: withoutUndefined({
      isInverted: layout.photometricInterpretation === 'MONOCHROME1' || attributes.presentationLutShape === 'INVERSE',
      palette,
      pixelPaddingValue: attributes.pixelPaddingValue,
      pixelPaddingRangeLimit: attributes.pixelPaddingRangeLimit,
      imagerPixelSpacing: spacingOf(attributes.imagerPixelSpacing),
      frameOfReferenceUid: attributes.frameOfReferenceUid,
    }),
  };
}

/** The red, green and blue tables as 8-bit RGB (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6); segmented tables are not read. */
function paletteOf(attributes: Attributes): Palette | undefined {
  const { redPaletteDescriptor, redPaletteData, greenPaletteData, bluePaletteData } = attributes;
  const [entries, firstMapped, bits] = redPaletteDescriptor ?? [];
  if (entries === undefined || firstMapped === undefined || bits === undefined) return undefined;
  if (!redPaletteData || !greenPaletteData || !bluePaletteData) return undefined;
  const count = entries & 0xffff || 65_536;
  const rgb = new Uint8Array(count * 3);
  [redPaletteData, greenPaletteData, bluePaletteData].forEach((words, channel) => {
    const values = paletteBytes(words, count, bits);
    for (let i = 0; i < count; i++) rgb[i * 3 + channel] = values(i);
  });
  return { firstMapped, rgb };
}

/** 16-bit entries show their high byte; 8-bit entries come packed in words, or, against the standard, one per word. */
function paletteBytes(words: Uint16Array, count: number, bits: number): (index: number) => number {
  const isPacked = words.length < count;
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  if (isPacked) return (i) => bytes[i] ?? 0;
  const usesHighByte = bits > 8 && words.some((word) => word > 255);
  return (i) => (usesHighByte ? (words[i] ?? 0) >> 8 : (words[i] ?? 0) & 0xff);
}
