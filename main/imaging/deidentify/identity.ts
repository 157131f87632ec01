import { textDecoderFor } from '../dicom/characterSets.ts';
import { textOf } from './cleanDataSet.ts';
import { dictionaryVr } from './dataDictionary.ts';
import type { DataSet } from './elementTree.ts';
import { termWords } from './termWords.ts';

const identifiers = new Set(['00100020', '00101000', '00080050', '00200010', '00380010', '00100021', '00101040']);
const most = 200;

/**
 * Upper-case parts of all person names and patient identifiers of a file, four characters or more, that are no words of
 * the standard: text that holds one of them does not leave.
 */
export function identityParts(dataSet: DataSet): string[] {
  const parts = new Set<string>();
  collect(dataSet, textDecoderFor([]), parts, 0);
  return [...parts].slice(0, most);
}

function collect(dataSet: DataSet, inherited: (bytes: Uint8Array) => string, parts: Set<string>, depth: number): void {
  const characterSet = dataSet.find(({ tag }) => tag === '00080005');
  const decode = characterSet ? textDecoderFor(textOf(characterSet).split('\\')) : inherited;
  for (const { tag, fileVr, value, items } of dataSet) {
    if (items) {
      // Sequences that are unknown are removed unread.
      if (dictionaryVr(tag) === 'SQ' && depth < 8) for (const item of items()) collect(item, decode, parts, depth + 1);
      continue;
    }
    const isName = fileVr === 'PN' || dictionaryVr(tag) === 'PN';
    if ((isName || identifiers.has(tag)) && value.length <= 1024) addParts(decode(value), isName, parts);
  }
}

function addParts(text: string, isName: boolean, parts: Set<string>): void {
  const pieces = isName ? text.split(/[\s^=\\\0,]+/) : text.split(/[\\\0]+/);
  for (const piece of pieces) {
    const part = piece.trim().toUpperCase();
    const isTelling = part.length >= 4 && !/^\d+$/.test(part) && !termWords.has(part);
    if (isTelling) parts.add(part);
  }
}
