import { AppError, asAppError } from '../../domain/errors.ts';
import type { Attributes } from '../../domain/keywords.ts';
import type { DicomElement, Encapsulated } from './elementReader.ts';
import { type OverlayHeader, readOverlays } from './overlays.ts';
import { type ParsedFile, PrefixTooShort, parseElements } from './parseElements.ts';
import { readAttributes, readerFor } from './readAttributes.ts';
import { type TransferSyntax, transferSyntaxOf } from './transferSyntaxes.ts';

/** Where the pixels of a DICOM file lie in `DicomHeader.bytes`. */
export interface PixelElement {
  /** `integer`: Pixel Data; `float`/`double`: Float and Double Float Pixel Data (PS3.3 C.7.6.24, C.7.6.25). */
  readonly kind: 'integer' | 'float' | 'double';
  readonly offset: number;
  readonly length: number;
  readonly isTruncated: boolean;
  /** Big endian data written as 16-bit words (OW): bytes of 8-bit and 1-bit pixels are swapped in pairs. */
  readonly isInWords: boolean;
  /** Encapsulated pixels only; the offset table is the basic or the extended one and may be empty. */
  readonly encapsulated?: Pick<Encapsulated, 'offsetTable' | 'fragments'>;
  /** Encapsulated, and only the header was read: whether all is there nobody knows. */
  readonly isUnread?: boolean;
}

/** A parsed DICOM file: typed attributes, and the bytes that the pixel element refers to. */
export interface DicomHeader {
  readonly attributes: Attributes;
  /** The file, or its inflated data set. */
  readonly bytes: Uint8Array;
  readonly isBigEndian: boolean;
  readonly hasPreamble: boolean;
  readonly transferSyntax: TransferSyntax;
  readonly isTransferSyntaxAssumed: boolean;
  readonly pixels: PixelElement | undefined;
  readonly overlays: readonly OverlayHeader[];
  /** Kinds of content, in the words of the `features` column of `inspect`; none where only the header was wanted. */
  readonly features: readonly string[];
  /** The file ends within an element before its pixels. */
  readonly isCutShort: boolean;
  readonly warnings: readonly string[];
}

/**
 * Reads a DICOM file's header. The file's bytes are kept by reference, pixels are not touched.
 * `file` may be the start of a file of `fileBytes` bytes, and its pixels be left alone: see `parseElements`.
 * Errors: not-dicom, damaged-header, limit-exceeded; PrefixTooShort.
 */
export function readHeader(file: Uint8Array, fileBytes = file.length, isHeaderOnly = false): DicomHeader {
  try {
    return headerOf(file, fileBytes, isHeaderOnly);
  } catch (thrown) {
    if (thrown instanceof PrefixTooShort) throw thrown;
    // Damage that nobody foresaw is still damage of the file.
    throw asAppError(thrown, 'damaged-header');
  }
}

function headerOf(file: Uint8Array, fileBytes: number, isHeaderOnly: boolean): DicomHeader {
  const parsed = parseElements(file, fileBytes, isHeaderOnly);
  const metaReader = readerFor({}, { bytes: file, isBigEndian: false });
  const reader = readerFor(parsed.elements, { bytes: parsed.bytes, isBigEndian: parsed.isBigEndian });
  const attributes = {
    ...readAttributes(parsed.meta, metaReader),
    ...readAttributes(parsed.elements, reader),
  };
  return {
    attributes,
    bytes: parsed.bytes,
    isBigEndian: parsed.isBigEndian,
    hasPreamble: parsed.hasPreamble,
    transferSyntax: transferSyntaxOf(parsed.transferSyntaxUid),
    isTransferSyntaxAssumed: parsed.isTransferSyntaxAssumed,
    pixels: pixelElement(parsed, attributes),
    overlays: readOverlays(parsed),
    features: isHeaderOnly ? [] : featuresOf(parsed),
    isCutShort: parsed.isCutShort,
    warnings: parsed.warnings,
  };
}

function pixelElement(parsed: ParsedFile, attributes: Attributes): PixelElement | undefined {
  const { elements } = parsed;
  const kinds = [
    ['x7fe00010', 'integer'],
    ['x7fe00008', 'float'],
    ['x7fe00009', 'double'],
  ] as const;
  for (const [tag, kind] of kinds) {
    const element = elements[tag];
    if (element) return describePixels(element, kind, parsed, attributes);
  }
  return undefined;
}

function describePixels(
  element: DicomElement,
  kind: PixelElement['kind'],
  parsed: ParsedFile,
  attributes: Attributes,
): PixelElement {
  const base = {
    kind,
    offset: element.dataOffset,
    length: element.length,
    isInWords: parsed.isBigEndian && element.vr === 'OW',
  };
  const { encapsulated } = element;
  if (!encapsulated) {
    const codec = transferSyntaxOf(parsed.transferSyntaxUid).codec;
    if (codec !== 'native' && attributes.rows !== undefined) {
      throw new AppError('damaged-header', 'The pixels are not encapsulated although the transfer syntax says so.');
    }
    return { ...base, isTruncated: false };
  }
  const { fragments, isTruncated } = encapsulated;
  if (encapsulated.isUnread) return { ...base, isTruncated, encapsulated, isUnread: true };
  const offsetTable = offsetTableOf(encapsulated.offsetTable, parsed);
  return { ...base, isTruncated, encapsulated: { offsetTable, fragments } };
}

/** The basic offset table, or the extended one in (7FE0,0001), 64 bits each (PS3.3 C.7.6.3.1.8). */
function offsetTableOf(basic: readonly number[], { elements, bytes }: ParsedFile): readonly number[] {
  const extended = elements.x7fe00001;
  if (basic.length > 0 || !extended) return basic;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + extended.dataOffset, extended.length);
  return Array.from({ length: view.length >> 3 }, (_, i) => Number(view.readBigUInt64LE(8 * i)));
}

function featuresOf({ elements }: ParsedFile): string[] {
  const tags = Object.keys(elements);
  const has = (tag: string) => elements[tag] !== undefined;
  const checks: readonly (readonly [name: string, isThere: boolean])[] = [
    ['DICOMDIR', has('x00041220')],
    ['ModalityLUT', has('x00283000')],
    ['VOILUT', has('x00283010')],
    ['overlay', tags.some((tag) => /^x60[0-9a-f]{2}3000$/.test(tag))],
    ['icon', has('x00880200')],
    ['PixelPadding', has('x00280120')],
    ['functional-groups', has('x52009229') || has('x52009230')],
    ['private', tags.some((tag) => Number.parseInt(tag.slice(4, 5), 16) % 2 === 1)],
    ['PixelData', has('x7fe00010')],
    ['FloatPixelData', has('x7fe00008')],
    ['DoubleFloatPixelData', has('x7fe00009')],
  ];
  return checks.filter(([, isThere]) => isThere).map(([name]) => name);
}
