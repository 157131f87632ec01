/** What the person chose beyond the Basic Profile; the options of PS3.15 E.3 that are offered. */
export interface DeidentifyOptions {
  /** `remove`: as the Basic Profile; `shift`: all dates of a patient by the same number of days; `keep`: as they are. */
  readonly dates: 'remove' | 'shift' | 'keep';
  readonly keepUids: boolean;
  readonly keepDevice: boolean;
  readonly keepInstitution: boolean;
  /** Sex, age (at most 90 years), size, weight and the like. */
  readonly keepPatientCharacteristics: boolean;
  /** Descriptions reduced to words of the standard's vocabulary. */
  readonly cleanDescriptors: boolean;
  /** Private attributes known to hold numbers of the acquisition only. */
  readonly keepSafePrivate: boolean;
}

export const basicOptions: DeidentifyOptions = {
  dates: 'remove',
  keepUids: false,
  keepDevice: false,
  keepInstitution: false,
  keepPatientCharacteristics: false,
  cleanDescriptors: false,
  keepSafePrivate: false,
};

/** Codes of PS3.16 CID 7050, for DeidentificationMethodCodeSequence. */
export function methodCodes(
  options: DeidentifyOptions,
  did: { readonly maskedPixels: boolean; readonly cleanedContent: boolean },
): readonly (readonly [code: string, meaning: string])[] {
  const rows: readonly (readonly [isTrue: boolean, code: string, meaning: string])[] = [
    [true, '113100', 'Basic Application Confidentiality Profile'],
    [did.maskedPixels, '113101', 'Clean Pixel Data Option'],
    [did.cleanedContent, '113104', 'Clean Structured Content Option'],
    [options.cleanDescriptors, '113105', 'Clean Descriptors Option'],
    [options.dates === 'keep', '113106', 'Retain Longitudinal Temporal Information Full Dates Option'],
    [options.dates === 'shift', '113107', 'Retain Longitudinal Temporal Information Modified Dates Option'],
    [options.keepPatientCharacteristics, '113108', 'Retain Patient Characteristics Option'],
    [options.keepDevice, '113109', 'Retain Device Identity Option'],
    [options.keepUids, '113110', 'Retain UIDs Option'],
    [options.keepSafePrivate, '113111', 'Retain Safe Private Option'],
    [options.keepInstitution, '113112', 'Retain Institution Identity Option'],
  ];
  return rows.flatMap(([isTrue, code, meaning]) => (isTrue ? [[code, meaning] as const] : []));
}
