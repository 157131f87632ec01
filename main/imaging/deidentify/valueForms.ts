import { termWords } from './termWords.ts';

/** Forms of values by VR (PS3.5 table 6.2-1). A value of another form is not what its VR says, and is not kept. */
const forms: Readonly<Record<string, RegExp>> = {
  AS: /^\d{3}[DWMY]$/,
  DA: /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  DS: /^ *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *$/,
  DT: /^\d{4}((0[1-9]|1[0-2])((0[1-9]|[12]\d|3[01])(([01]\d|2[0-3])([0-5]\d([0-6]\d(\.\d{1,6})?)?)?)?)?)?([+-]\d{4})?$/,
  IS: /^ *[+-]?\d{1,10} *$/,
  TM: /^([01]\d|2[0-3])([0-5]\d([0-6]\d(\.\d{1,6})?)?)?$/,
};

export const hasForm = (vr: string, value: string): boolean =>
  forms[vr]?.test(value.trim() === value ? value : value.trim()) ?? false;

const characterSet = /^(ISO_IR \d{1,3}|ISO 2022 IR \d{1,3}|GB18030|GBK)$/;

/** A defined term: one or two letters, or words of the standard's vocabulary, digits aside. */
export function isTerm(value: string): boolean {
  const text = value.trim();
  if (text === '' || characterSet.test(text)) return true;
  if (text.length > 16 || /\d{5}/.test(text)) return false;
  const words = text
    .toUpperCase()
    .split(/[^A-Z]+/)
    .filter((word) => word.length > 0);
  return words.every((word) => word.length <= 2 || termWords.has(word));
}

/** Words of a description that are of the standard's vocabulary, and short numbers. Names fall out. */
export function knownWords(text: string): string {
  const kept = text
    .split(/[\s^_=,;:/()[\]]+/)
    .filter((word) =>
      /^[A-Za-z]+$/.test(word)
        ? isKnownWord(word)
        : /^([A-Za-z]?\d{1,3}|\d+(\.\d+)?(mm|cm|s|ms))$/.test(word) && !/\d{4}/.test(word),
    );
  return kept.join(' ').slice(0, 60).trim();
}

const shortWords = new Set('AP PA CT MR US T1 T2 AX SE IR GE FS TE TR W WO C LR RL SI'.split(' '));
const isKnownWord = (word: string): boolean => shortWords.has(word.toUpperCase()) || termWords.has(word.toUpperCase());

/** Text as published terminologies write it: no underscores, carets or long numbers. */
export const looksLikeCodeMeaning = (text: string): boolean =>
  /^[\p{L}\p{M}\p{N} ,.()/'&%:;+<>=\-[\]*#]*$/u.test(text.trim()) && !/\d{6}/.test(text) && text.length <= 64;

export const looksLikeCodeValue = (text: string): boolean => /^[A-Za-z0-9.\-{}/[\]*%']{0,24}$/.test(text.trim());

/** Terminologies of PS3.16 table 8-1 and CID 7152 kin; private ones (99...) are not among them. */
const schemes = new Set(
  'DCM SCT SRT SNM3 99SDM LN UCUM FMA MA RADLEX NCIT UMLS I9C I10 ICDO3 CPT4 ISO3166_1 ISO639_1 RFC5646 RFC3066 BI BARI ACR PATHLEX NYUMCCG UBERON CD8 HGNC NEU UNS IBSI'.split(
    ' ',
  ),
);
export const isPublishedScheme = (designator: string): boolean => schemes.has(designator.trim().toUpperCase());

/** A UID that names something of the standard or of a published terminology, not an instance. */
export const isWellKnownUid = (uid: string): boolean =>
  /^1\.2\.840\.10008\.(1|2|3|4|5|6|7|8|9|15)(\.\d{1,5}){0,8}$/.test(uid) ||
  /^2\.16\.840\.1\.113883\.6\.\d{1,4}$/.test(uid);

export const isUidForm = (uid: string): boolean => /^[0-9.]{1,64}$/.test(uid);

/** Eight or more bytes of a number that are all letters, digits and blanks: text, not a number. */
export function isTextInNumber(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 8 &&
    bytes.length <= 1024 &&
    bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0) &&
    bytes.some((byte) => byte >= 0x41) &&
    bytes.filter((b) => b === 0).length <= 1
  );
}

/** YYYYMMDD moved by whole days; undefined for what is no date. */
export function shiftedDate(date: string, days: number): string | undefined {
  if (!hasForm('DA', date)) return undefined;
  const at = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)));
  return new Date(at + days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '').padStart(8, '0');
}

/** A DT value with its date moved; values without a full date are not kept. */
export function shiftedDateTime(value: string, days: number): string | undefined {
  if (!hasForm('DT', value) || !/^\d{8}/.test(value)) return undefined;
  const date = shiftedDate(value.slice(0, 8), days);
  return date === undefined ? undefined : date + value.slice(8);
}
