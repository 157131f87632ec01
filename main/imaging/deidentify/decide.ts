import { codeText, distinctNames, emptiedText, keptBinary, requiredText, technicalText } from './allowList.ts';
import { dictionaryVr } from './dataDictionary.ts';
import type { DeidentifyOptions } from './options.ts';
import {
  type BasicAction,
  basicProfile,
  datesNeverKept,
  datesOfOtherKind,
  optionProfile,
  type ProfileOption,
} from './profileTable.ts';

/**
 * What happens to one element. `check` keeps a value after its form was checked; `code` keeps text of published
 * terminologies; `words` reduces text to known words.
 */
export type Decision =
  | 'remove'
  | 'empty'
  | 'dummy'
  | 'uid'
  | 'shift'
  | 'check'
  | 'code'
  | 'words'
  | 'distinct'
  | 'binary'
  | 'recurse'
  | 'pseudonym';

const optionSwitches: readonly (readonly [ProfileOption, keyof DeidentifyOptions])[] = [
  ['retainUids', 'keepUids'],
  ['retainDeviceIdentity', 'keepDevice'],
  ['retainInstitutionIdentity', 'keepInstitution'],
  ['retainPatientCharacteristics', 'keepPatientCharacteristics'],
];

const dateVrs = new Set(['DA', 'TM', 'DT']);
const checkedVrs = new Set(['CS', 'DS', 'IS', 'AS', 'AT', 'FD', 'FL', 'SL', 'SS', 'SV', 'UL', 'US', 'UV', 'US|SS']);

/** The decision on a standard attribute; private ones are not asked here. `vr` is that of the data dictionary. */
export function decide(tag: string, options: DeidentifyOptions): Decision {
  if (tag === '00100010' || tag === '00100020') return 'pseudonym';
  const vr = dictionaryVr(tag);
  if (vr === undefined || isRepeatingGroup(tag)) return 'remove';
  const basic = basicProfile.get(tag);
  if (dateVrs.has(vr) || datesOfOtherKind.has(tag)) return onDate(tag, basic, options);
  if (vr === 'UI' && basic === undefined) return options.keepUids ? 'check' : 'uid';
  if (basic === undefined) return onUnlisted(tag, vr, options);
  return onListed(tag, vr, basic, options);
}

/** Curves (50xx) and overlays (60xx): their pictures may be text. */
const isRepeatingGroup = (tag: string): boolean => /^(50|60)/.test(tag);

function onDate(tag: string, basic: BasicAction | undefined, { dates }: DeidentifyOptions): Decision {
  const isKept = dates !== 'remove' && !datesNeverKept.has(tag);
  if (!isKept) return onBasic(basic ?? 'X', 'DA');
  return dates === 'keep' ? 'check' : 'shift';
}

const isFreeText = (vr: string): boolean => ['SH', 'LO', 'ST', 'LT', 'UT', 'UC'].includes(vr);

function onListed(tag: string, vr: string, basic: BasicAction, options: DeidentifyOptions): Decision {
  const isRetained = optionSwitches.some(
    ([option, name]) => options[name] === true && optionProfile[option].get(tag) === 'K',
  );
  if (isRetained && vr === 'SQ') return 'recurse';
  // Characteristics in free text (ethnic group) are what somebody typed.
  if (isRetained) return optionProfile.retainPatientCharacteristics.has(tag) && isFreeText(vr) ? 'words' : 'check';
  // A maker note is bytes that nobody can clean.
  if (options.cleanDescriptors && isFreeText(vr) && optionProfile.cleanDescriptors.has(tag)) return 'words';
  if (optionProfile.cleanStructuredContent.has(tag) || optionProfile.cleanGraphics.has(tag)) return 'recurse';
  return onBasic(basic, vr);
}

/** The table leaves X, Z or D to the type in the object; what is safe for every type is chosen. */
function onBasic(basic: BasicAction, vr: string): Decision {
  switch (basic) {
    case 'X':
      return 'remove';
    case 'Z':
    case 'X/Z':
      return 'empty';
    case 'U':
      return 'uid';
    case 'X/Z/U*':
      return 'recurse';
    case 'D':
    case 'Z/D':
    case 'X/D':
    case 'X/Z/D':
      return vr === 'SQ' ? 'recurse' : 'dummy';
  }
}

function onUnlisted(tag: string, vr: string, options: DeidentifyOptions): Decision {
  if (vr === 'SQ') return 'recurse';
  if (keptBinary.has(tag)) return 'binary';
  if (checkedVrs.has(vr)) return 'check';
  if (codeText.has(tag)) return 'code';
  if (distinctNames.has(tag)) return 'distinct';
  if (options.keepDevice && technicalText.has(tag)) return 'check';
  if (tag === '00281054') return 'check';
  if (requiredText[tag] !== undefined) return options.cleanDescriptors ? 'words' : 'dummy';
  return emptiedText.has(tag) ? 'empty' : 'remove';
}
