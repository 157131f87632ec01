import { fileMeta } from '../../main/imaging/deidentify/fileMeta.ts';
import { elementParts, type OutElement } from '../../main/imaging/deidentify/writeElements.ts';

/** A file full of names in another script, and every form in which they must not leave. */
export interface ForeignFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sopInstanceUid: string;
  /** UID of another file that it refers to. */
  readonly refersTo: string;
  readonly secrets: readonly Uint8Array[];
}

interface Script {
  /** SpecificCharacterSet (PS3.3 C.12.1.1.2). */
  readonly terms: string;
  readonly label: string;
  readonly letters: string;
  /** Written before and after a run of the script's letters (ISO 2022). */
  readonly shift?: readonly [on: string, off: string];
  /** GL codes: the high bit of the decoder's bytes is taken away. */
  readonly isSevenBit?: boolean;
}

const scripts: readonly Script[] = [
  { terms: 'ISO_IR 192', label: 'utf-8', letters: 'ΖιγκλερΆννα王小東ひろし김영수' },
  { terms: 'ISO_IR 144', label: 'iso-8859-5', letters: 'ЦиглерАнна' },
  { terms: 'ISO_IR 126', label: 'iso-8859-7', letters: 'Ζιγκλεράννα' },
  { terms: 'ISO_IR 138', label: 'iso-8859-8', letters: 'ציגלראנה' },
  { terms: 'ISO_IR 127', label: 'iso-8859-6', letters: 'زيغلرآنا' },
  { terms: 'ISO_IR 166', label: 'windows-874', letters: 'สมชายใจดี' },
  { terms: 'GB18030', label: 'gb18030', letters: '王小东李明' },
  { terms: '\\ISO 2022 IR 87', label: 'euc-jp', letters: '山田太郎花子', shift: ['\x1b$B', '\x1b(B'], isSevenBit: true },
  { terms: '\\ISO 2022 IR 149', label: 'euc-kr', letters: '김희중박영수', shift: ['\x1b$)C', ''] },
]; // biome-ignore format: a table

const encoders = new Map<string, ReadonlyMap<string, readonly number[]>>();

/** The bytes of each character, found by asking the platform's decoder about every code of one and two bytes. */
function encoderOf(label: string): ReadonlyMap<string, readonly number[]> {
  const known = encoders.get(label);
  if (known) return known;
  const decoder = new TextDecoder(label);
  const codes = new Map<string, readonly number[]>();
  for (let first = 0x80; first < 0x100; first++) {
    const single = decoder.decode(Uint8Array.of(first));
    if (single.length === 1 && single !== '\ufffd') codes.set(single, [first]);
    for (let second = 0xa1; second < 0xff; second++) {
      const pair = decoder.decode(Uint8Array.of(first, second));
      if (pair.length === 1 && pair !== '\ufffd' && !codes.has(pair)) codes.set(pair, [first, second]);
    }
  }
  encoders.set(label, codes);
  return codes;
}

function encoded(text: string, { label, shift, isSevenBit }: Script): Uint8Array {
  if (label === 'utf-8') return new TextEncoder().encode(text);
  const codes = encoderOf(label);
  const bytes = [...text].flatMap((letter) => {
    const code = codes.get(letter);
    if (!code) throw new Error(`${letter} is not in ${label}`);
    return isSevenBit ? code.map((byte) => byte & 0x7f) : code;
  });
  return Buffer.concat([
    Buffer.from(shift?.[0] ?? '', 'latin1'),
    Uint8Array.from(bytes),
    Buffer.from(shift?.[1] ?? '', 'latin1'),
  ]);
}

const explicitUid = '1.2.840.10008.1.2.1';
const uidOf = (file: number): string => `1.2.826.0.1.999.7.${file}`;

/** `random` draws the letters of the names. */
export function foreignFile(file: number, count: number, random: () => number): ForeignFile {
  const script = scripts[file % scripts.length] ?? (scripts[0] as Script);
  const letters = [...script.letters];
  const draw = (length: number): string =>
    Array.from({ length }, () => letters[Math.floor(random() * letters.length)] ?? '').join('');
  const [family, given, place] = [draw(5), draw(4), draw(6)];
  const [f, g, p] = [encoded(family, script), encoded(given, script), encoded(place, script)];
  const name = Buffer.concat([f, Buffer.from('^'), g]);
  const groups = Buffer.concat([Buffer.from('Qzx^Foreign='), name, Buffer.from('='), name]);
  const text = (tag: string, vr: string, value: Uint8Array): OutElement => ({ tag, vr, value: [even(value)] });
  const ascii = (tag: string, vr: string, value: string): OutElement => text(tag, vr, Buffer.from(value, 'latin1'));
  const refersTo = uidOf((file + 1) % count);
  const dataSet: OutElement[] = [
    ascii('00080005', 'CS', script.terms),
    ascii('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'),
    ascii('00080018', 'UI', uidOf(file)),
    ascii('00080060', 'CS', 'CT'),
    text('00080080', 'LO', p),
    text('00080090', 'PN', name),
    text('00081030', 'LO', p),
    text('0008103e', 'LO', g),
    { tag: '00081140', vr: 'SQ', items: [[ascii('00081150', 'UI', '1.2.840.10008.5.1.4.1.1.2'), ascii('00081155', 'UI', refersTo)]] },
    text('00082111', 'ST', p),
    text('00091010', 'LO', p),
    text('00100010', 'PN', groups),
    text('00100020', 'LO', Buffer.concat([Buffer.from(`F${file}`), f])),
    text('00101001', 'PN', name),
    text('00104000', 'LT', p),
    ascii('0020000d', 'UI', '1.2.826.0.1.999.7'),
    ascii('0020000e', 'UI', `1.2.826.0.1.999.7.0.${file % 5}`),
    { tag: '00400260', vr: 'SQ', items: [[ascii('00080100', 'SH', 'X1'), ascii('00080102', 'SH', '99LOCAL'), text('00080104', 'LO', p)]] },
    text('0040a160', 'UT', p),
  ]; // biome-ignore format: a data set
  const meta = fileMeta({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: uidOf(file),
    transferSyntaxUid: explicitUid,
  });
  const sorted = dataSet.sort((a, b) => (a.tag < b.tag ? -1 : 1));
  return {
    name: `${family}-${file}.dcm`,
    bytes: Buffer.concat([...meta, ...elementParts(sorted, { isBigEndian: false, isImplicit: false })]),
    sopInstanceUid: uidOf(file),
    refersTo,
    secrets: [family, given, place].flatMap((secret) =>
      formsOf(secret, encoded(secret, { ...script, shift: ['', ''] })),
    ),
  };
}

/** As written, in UTF-8, in UTF-16 either way, and base64 of the first two. Short forms occur by chance and are left out. */
function formsOf(secret: string, written: Uint8Array): Uint8Array[] {
  const utf8 = new TextEncoder().encode(secret);
  const little = Buffer.from(secret, 'utf16le');
  const big = Buffer.from(little).swap16();
  const base64 = [utf8, written].flatMap((bytes) => [0, 1, 2].map((lead) => base64Of(bytes, lead)));
  return [
    ...[utf8, written, little, big].filter(({ length }) => length >= 4),
    ...base64.filter(({ length }) => length >= 6),
  ];
}

function base64Of(bytes: Uint8Array, lead: number): Uint8Array {
  const text = Buffer.concat([Buffer.alloc(lead), bytes]).toString('base64');
  return Buffer.from(text.slice(Math.ceil((lead * 8) / 6), Math.floor(((lead + bytes.length) * 8) / 6)));
}

const even = (value: Uint8Array): Uint8Array =>
  value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.from(' ')]);
