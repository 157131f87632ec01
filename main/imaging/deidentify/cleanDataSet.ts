import { textDecoderFor } from '../dicom/characterSets.ts';
import { distinctNames, requiredText, rescaleTypes, safePrivate } from './allowList.ts';
import { dictionaryVr } from './dataDictionary.ts';
import { type Decision, decide } from './decide.ts';
import type { DataSet, TreeElement } from './elementTree.ts';
import { type DeidentifyKeys, mappedLabel, mappedUid } from './keys.ts';
import type { DeidentifyOptions } from './options.ts';
import {
  hasForm,
  isPublishedScheme,
  isTerm,
  isTextInNumber,
  isUidForm,
  isWellKnownUid,
  knownWords,
  looksLikeCodeMeaning,
  looksLikeCodeValue,
  shiftedDate,
  shiftedDateTime,
} from './valueForms.ts';
import { type OutElement, textValue } from './writeElements.ts';

/** What the elements of one file are cleaned with. */
export interface CleaningContext {
  readonly options: DeidentifyOptions;
  readonly keys: DeidentifyKeys;
  readonly pseudonym: string;
  readonly shiftDays: number;
  readonly isBigEndian: boolean;
  readonly isSigned: boolean;
  /** Upper-case parts of names and identifiers of the source: kept text that holds one is not kept after all. */
  readonly identity: readonly string[];
  readonly count: (decision: Decision | 'private' | 'unknown' | 'malformed') => void;
}

const binaryVrs = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'OB|OW']);
const numberSizes: Readonly<Record<string, number>> = { FD: 8, FL: 4, SL: 4, SS: 2, SV: 8, UL: 4, US: 2, UV: 8, AT: 4 };
const dummies: Readonly<Record<string, string>> = {
  DA: '19000101',
  DT: '19000101000000',
  TM: '000000',
  AS: '000Y',
  CS: 'REMOVED',
  UI: '2.25.0',
  DS: '0',
  IS: '0',
};

/** The elements of a data set or item that may leave, cleaned; to any depth. Errors: those of reading items. */
export function cleanDataSet(dataSet: DataSet, context: CleaningContext): OutElement[] {
  const scheme = textOf(dataSet.find(({ tag }) => tag === '00080102'));
  const decode = textDecoderFor(textOf(dataSet.find(({ tag }) => tag === '00080005')).split('\\'));
  const level: Level = { context, decode, isCodePublished: isPublishedScheme(scheme), dataSet };
  return dataSet.flatMap((element) => cleanElement(element, level) ?? []);
}

interface Level {
  readonly context: CleaningContext;
  readonly decode: (bytes: Uint8Array) => string;
  readonly isCodePublished: boolean;
  readonly dataSet: DataSet;
}

function cleanElement(element: TreeElement, level: Level): OutElement | undefined {
  const { context } = level;
  const { tag } = element;
  if (Number.parseInt(tag.slice(3, 4), 16) % 2 === 1) return cleanPrivate(element, level);
  const vr = writtenVr(element, context);
  if (vr === undefined) {
    context.count('unknown');
    return undefined;
  }
  const decision = decide(tag, context.options);
  context.count(decision);
  const out = applied(decision, element, vr, level);
  if (out === 'malformed') {
    context.count('malformed');
    return undefined;
  }
  return out;
}

/** The dictionary's VR, where the file's own agrees with it in kind. */
function writtenVr({ tag, fileVr }: TreeElement, { isSigned }: CleaningContext): string | undefined {
  const known = dictionaryVr(tag);
  if (known === undefined) return undefined;
  if (known === 'US|SS') return fileVr === 'US' || fileVr === 'SS' || fileVr === 'OW' ? fileVr : isSigned ? 'SS' : 'US';
  if (known === 'OB|OW') return fileVr === 'OB' || fileVr === 'OW' ? fileVr : 'OW';
  if (fileVr !== undefined && fileVr !== 'UN' && binaryVrs.has(known) && binaryVrs.has(fileVr)) return fileVr;
  const isSame = fileVr === undefined || fileVr === 'UN' || fileVr === known;
  const isKin =
    (known === 'DS' && fileVr === 'IS') || (known === 'US' && fileVr === 'SS') || (known === 'OW' && fileVr === 'US');
  return isSame ? known : isKin ? fileVr : kinOfText(known, fileVr);
}

/** Writers mix up the kinds of text: harmless, since text is judged by what the dictionary says. */
function kinOfText(known: string, fileVr: string | undefined): string | undefined {
  const text = ['SH', 'LO', 'ST', 'LT', 'UT', 'UC', 'PN', 'CS', 'DS', 'IS', 'DA', 'TM', 'DT', 'AS', 'UI'];
  return text.includes(known) && fileVr !== undefined && text.includes(fileVr) ? known : undefined;
}

function applied(
  decision: Decision,
  element: TreeElement,
  vr: string,
  level: Level,
): OutElement | 'malformed' | undefined {
  const { tag } = element;
  const { context } = level;
  const text = (value: string): OutElement => ({ tag, vr, value: [textValue(value, vr)] });
  switch (decision) {
    case 'remove':
      return undefined;
    case 'empty':
      return vr === 'SQ' ? { tag, vr, items: [] } : { tag, vr, value: [] };
    case 'pseudonym':
      return text(context.pseudonym);
    case 'dummy':
      return dummyOf(tag, vr);
    case 'recurse': {
      const items = element.items?.();
      return items ? { tag, vr: 'SQ', items: items.map((item) => cleanDataSet(item, context)) } : 'malformed';
    }
    case 'uid':
      return text(uidsOf(element, context.keys));
    case 'shift':
      return shifted(element, vr, context.shiftDays);
    case 'words':
      return text(knownWords(withoutIdentity(level.decode(element.value), context)) || (requiredText[tag] ?? ''));
    case 'distinct':
      return text(distinctOf(element, context.keys));
    case 'code':
      return codeOf(element, vr, level);
    case 'binary':
      return isTextInNumber(element.value) ? 'malformed' : { tag, vr, value: [padded(element.value, 'OB')] };
    case 'check':
      return checked(element, vr, level);
  }
}

function dummyOf(tag: string, vr: string): OutElement {
  if (binaryVrs.has(vr) || vr === 'UN') return { tag, vr, value: [new Uint8Array(2)] };
  const size = numberSizes[vr];
  if (size !== undefined) return { tag, vr, value: [new Uint8Array(size)] };
  return { tag, vr, value: [textValue(requiredText[tag] ?? dummies[vr] ?? 'REMOVED', vr)] };
}

export function textOf(element: TreeElement | undefined): string {
  if (!element) return '';
  return Buffer.from(element.value)
    .toString('latin1')
    .replace(/[\0 ]+$/, '');
}

function uidsOf(element: TreeElement, keys: DeidentifyKeys): string {
  const uids = textOf(element).split('\\');
  return uids.map((uid) => newUid(uid.trim(), keys)).join('\\');
}

const newUid = (uid: string, keys: DeidentifyKeys): string =>
  uid === '' || isWellKnownUid(uid) ? uid : mappedUid(keys, uid);

function shifted(element: TreeElement, vr: string, days: number): OutElement | 'malformed' {
  const values = textOf(element).split('\\');
  const moved = values.map((value) => {
    const text = value.trim();
    if (text === '') return '';
    if (vr === 'TM') return hasForm('TM', text) ? text : undefined;
    return vr === 'DA' ? shiftedDate(text, days) : vr === 'DT' ? shiftedDateTime(text, days) : undefined;
  });
  if (moved.some((value) => value === undefined)) return 'malformed';
  return { tag: element.tag, vr, value: [textValue(moved.join('\\'), vr)] };
}

function distinctOf(element: TreeElement, keys: DeidentifyKeys): string {
  const text = textOf(element).trim();
  return /^\d{0,4}$/.test(text) && distinctNames.has(element.tag) ? text : mappedLabel(keys, text);
}

function codeOf(element: TreeElement, vr: string, level: Level): OutElement | 'malformed' {
  const text = level.decode(element.value).replace(/[\0 ]+$/, '');
  const { tag } = element;
  const isMeaning = tag === '00080104';
  const isFit = isMeaning ? looksLikeCodeMeaning(text) : looksLikeCodeValue(text);
  const isKept = level.isCodePublished && isFit && !holdsIdentity(text, level.context);
  if (isKept) return { tag, vr, value: [padded(element.value, vr)] };
  const replacement = tag === '00080102' ? '99REMOVED' : isMeaning ? 'Removed' : tag === '00080103' ? '' : 'REMOVED';
  // A published scheme whose code is odd must not be left with a code that it does not have.
  return { tag, vr, value: [textValue(replacement, vr)] };
}

function padded(value: Uint8Array, vr: string): Uint8Array {
  return value.length % 2 === 0 ? value : Uint8Array.from([...value, vr === 'UI' || vr.startsWith('O') ? 0 : 0x20]);
}

export function holdsIdentity(text: string, { identity }: Pick<CleaningContext, 'identity'>): boolean {
  const upper = text.toUpperCase();
  return identity.some((part) => upper.includes(part));
}

/** Nothing else may be escaped in a Unicode pattern: names hold combining marks, too. */
const patternSigns = /[\\^$.*+?()[\]{}|/]/g;

function withoutIdentity(text: string, { identity }: CleaningContext): string {
  let result = text;
  for (const part of identity) result = result.replaceAll(new RegExp(part.replace(patternSigns, '\\$&'), 'giu'), ' ');
  return result;
}

function checked(element: TreeElement, vr: string, level: Level): OutElement | 'malformed' {
  const { tag, value } = element;
  const out = { tag, vr, value: [padded(value, vr)] };
  const size = numberSizes[vr];
  if (size !== undefined) return isNumbers(element, vr, size, level.context) ? out : 'malformed';
  if (binaryVrs.has(vr)) return out;
  const texts = level
    .decode(value)
    .replace(/[\0 ]+$/, '')
    .split('\\');
  if (vr === 'CS') return termsOf(element, texts, level.context);
  if (vr === 'AS') return { tag, vr, value: [textValue(texts.map(cappedAge).join('\\'), vr)] };
  if (vr === 'UI') return texts.every((uid) => isUidForm(uid.trim()) || uid === '') ? out : 'malformed';
  if (tag === '00281054')
    return rescaleTypes.has(texts[0]?.trim() ?? '') ? out : { tag, vr, value: [textValue('US', vr)] };
  if (['DS', 'IS', 'DA', 'TM', 'DT'].includes(vr)) {
    return texts.every((text) => text.trim() === '' || hasForm(vr, text)) ? out : 'malformed';
  }
  return holdsIdentity(texts.join('\\'), level.context) ? 'malformed' : out;
}

function isNumbers({ tag, value }: TreeElement, vr: string, size: number, context: CleaningContext): boolean {
  if (value.length % size !== 0) return false;
  if (vr === 'AT') return pointsAtKnown(value, context.isBigEndian);
  return tag === '00283006' || !isTextInNumber(value);
}

function pointsAtKnown(value: Uint8Array, isBigEndian: boolean): boolean {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  for (let at = 0; at < value.length; at += 4) {
    const number = view.getUint16(at, !isBigEndian) * 65_536 + view.getUint16(at + 2, !isBigEndian);
    if (dictionaryVr(number.toString(16).padStart(8, '0')) === undefined) return false;
  }
  return true;
}

/** Unknown terms: the image type's further values become OTHER, elsewhere the element is emptied. */
function termsOf(element: TreeElement, texts: readonly string[], context: CleaningContext): OutElement | 'malformed' {
  const { tag } = element;
  const isGood = (text: string) => isTerm(text) && !holdsIdentity(text, context);
  if (texts.every(isGood)) return { tag, vr: 'CS', value: [textValue(texts.join('\\'), 'CS')] };
  if (tag !== '00080008' && tag !== '00089007') return 'malformed';
  return { tag, vr: 'CS', value: [textValue(texts.map((text) => (isGood(text) ? text : 'OTHER')).join('\\'), 'CS')] };
}

/** Above 89 years all are 90 (HIPAA safe harbour, 45 CFR 164.514(b)(2)(i)(C)). */
function cappedAge(text: string): string {
  if (!hasForm('AS', text)) return '';
  return text.endsWith('Y') && Number(text.slice(0, 3)) > 89 ? '090Y' : text;
}

function cleanPrivate(element: TreeElement, level: Level): OutElement | undefined {
  const { context, dataSet } = level;
  const { tag } = element;
  const group = tag.slice(0, 4);
  if (context.options.keepSafePrivate && /^00[1-9a-f][0-9a-f]$/.test(tag.slice(4))) {
    const isUsed = dataSet.some((other) => other.tag.startsWith(group + tag.slice(6)) && safeVr(other, dataSet));
    const name = textOf(element);
    if (isUsed) return { tag, vr: 'LO', value: [textValue(name, 'LO')] };
  }
  const vr = context.options.keepSafePrivate ? safeVr(element, dataSet) : undefined;
  const out = vr === undefined ? undefined : checked(element, vr, level);
  if (out && out !== 'malformed') return out;
  context.count('private');
  return undefined;
}

/** VR of a private element that is known to be safe, by the creator of its block (PS3.5 section 7.8.1). */
function safeVr({ tag, fileVr }: TreeElement, dataSet: DataSet): string | undefined {
  const creator = dataSet.find((other) => other.tag === `${tag.slice(0, 4)}00${tag.slice(4, 6)}`);
  const vr = safePrivate[`${textOf(creator)}|${tag.slice(0, 4)}`]?.[tag.slice(6)];
  return vr !== undefined && (fileVr === undefined || fileVr === 'UN' || fileVr === vr) ? vr : undefined;
}
