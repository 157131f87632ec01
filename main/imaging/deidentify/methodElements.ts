import { type DeidentifyOptions, methodCodes } from './options.ts';
import { profileEdition } from './profileTable.ts';
import { type OutElement, textValue } from './writeElements.ts';

/** DeidentificationMethod (0012,0063). */
export const methodText = `Groundglass, ${profileEdition}`.slice(0, 64);

/** What PS3.15 E.1.1 asks a de-identifier to write: that, how and by which profile and options. */
export function methodElements(
  options: DeidentifyOptions,
  did: { readonly maskedPixels: boolean; readonly cleanedContent: boolean },
): OutElement[] {
  const text = (tag: string, vr: string, value: string): OutElement => ({ tag, vr, value: [textValue(value, vr)] });
  const codes = methodCodes(options, did);
  const items = codes.map(([code, meaning]) => [
    text('00080100', 'SH', code),
    text('00080102', 'SH', 'DCM'),
    text('00080104', 'LO', meaning),
  ]);
  const dates = { remove: 'REMOVED', shift: 'MODIFIED', keep: 'UNMODIFIED' }[options.dates];
  return [
    text('00120062', 'CS', 'YES'),
    text('00120063', 'LO', methodText),
    { tag: '00120064', vr: 'SQ', items },
    text('00280303', 'CS', dates),
  ];
}
