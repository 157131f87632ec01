/**
 * Decoding of SpecificCharacterSet (DICOM PS3.3 C.12.1.1.2, PS3.5 section 6.1) by the platform's TextDecoder.
 * ISO 2022 escapes switch the set within a value; at a delimiter the first set is back in force.
 */

/** Defined term without its "ISO 2022 IR"/"ISO_IR" prefix -> TextDecoder label. */
const encodings: Readonly<Record<string, string>> = {
  '': 'latin1',
  '6': 'latin1',
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '144': 'iso-8859-5',
  '127': 'iso-8859-6',
  '126': 'iso-8859-7',
  '138': 'iso-8859-8',
  '148': 'windows-1254',
  '203': 'iso-8859-15',
  '166': 'windows-874',
  '13': 'shift_jis',
  '192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Escape sequences (PS3.3 tables C.12-3, C.12-4), written after ESC. */
const escapes: readonly (readonly [escape: string, encoding: string])[] = [
  ['(B', 'latin1'],
  ['-A', 'latin1'],
  ['-B', 'iso-8859-2'],
  ['-C', 'iso-8859-3'],
  ['-D', 'iso-8859-4'],
  ['-L', 'iso-8859-5'],
  ['-G', 'iso-8859-6'],
  ['-F', 'iso-8859-7'],
  ['-H', 'iso-8859-8'],
  ['-M', 'windows-1254'],
  ['-b', 'iso-8859-15'],
  ['-T', 'windows-874'],
  [')I', 'shift_jis'],
  ['(J', 'shift_jis'],
  ['$B', 'jis-x-0208'],
  ['$(D', 'jis-x-0212'],
  ['$)C', 'euc-kr'],
  ['$)A', 'gbk'],
];

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();
const escapeByte = 0x1b;

/** Makes a decoder of text bytes for the values of SpecificCharacterSet; unknown terms are read as ISO 8859-1. */
export function textDecoderFor(characterSets: readonly string[]): (bytes: Uint8Array) => string {
  const first = encodingOfTerm(characterSets[0] ?? '');
  return (bytes) => (bytes.includes(escapeByte) ? decodeEscaped(bytes, first) : decode(bytes, first));
}

function encodingOfTerm(term: string): string {
  const short = term
    .trim()
    .replace(/^ISO[ _]2022[ _]IR[ _]/i, '')
    .replace(/^ISO[ _]IR[ _]/i, '');
  return encodings[short] ?? 'latin1';
}

function decode(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'jis-x-0208') return decode(withEscape(bytes, '$B'), 'iso-2022-jp');
  if (encoding === 'jis-x-0212')
    return decode(
      Uint8Array.from(bytes, (b) => b | 0x80),
      'euc-jp',
    );
  let decoder = decoders.get(encoding);
  if (!decoder) {
    decoder = new TextDecoder(encoding);
    decoders.set(encoding, decoder);
  }
  return decoder.decode(bytes);
}

/** TextDecoder knows JIS X 0208 only as a part of ISO-2022-JP, which wants the escape itself. */
function withEscape(bytes: Uint8Array, sequence: string): Uint8Array {
  const out = new Uint8Array(bytes.length + 1 + sequence.length);
  out.set([escapeByte, ...Buffer.from(sequence, 'latin1')]);
  out.set(bytes, 1 + sequence.length);
  return out;
}

function decodeEscaped(bytes: Uint8Array, first: string): string {
  let result = '';
  let encoding = first;
  let start = 0;
  const flush = (end: number) => {
    result += decode(bytes.subarray(start, end), encoding);
  };
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === escapeByte) {
      flush(i);
      const found = escapes.find(([sequence]) => startsWith(bytes, i + 1, sequence));
      encoding = found?.[1] ?? encoding;
      i += found?.[0].length ?? 0;
      start = i + 1;
    } else if (isDelimiter(byte) && encoding !== first && !encoding.startsWith('jis')) {
      flush(i);
      encoding = first;
      start = i;
    }
  }
  flush(bytes.length);
  return result;
}

/** Backslash, caret, equals, line ends: they end the reach of an escape (PS3.5 section 6.1.2.5.3). */
function isDelimiter(byte: number | undefined): boolean {
  return byte === 0x5c || byte === 0x5e || byte === 0x3d || byte === 0x0a || byte === 0x0d;
}

function startsWith(bytes: Uint8Array, offset: number, ascii: string): boolean {
  return Buffer.from(ascii, 'latin1').every((byte, i) => bytes[offset + i] === byte);
}
