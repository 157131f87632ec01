/** How likely text about the patient is part of the picture. `high` images leave only masked or by the person's word. */
export interface BurnedInRisk {
  readonly level: 'high' | 'possible' | 'low';
  /** Plain sentences without patient data. */
  readonly reasons: readonly string[];
}

export interface PictureFacts {
  readonly modality?: string | undefined;
  readonly sopClassUid?: string | undefined;
  readonly burnedInAnnotation?: string | undefined;
  readonly imageType?: readonly string[] | undefined;
  readonly conversionType?: string | undefined;
}

const riskyModalities = new Set([
  'US',
  'IVUS',
  'BMUS',
  'XA',
  'RF',
  'ES',
  'XC',
  'GM',
  'OT',
  'SC',
  'DOC',
  'ECG',
  'EPS',
  'HD',
  'OP',
  'LS',
  'DG',
  'IO',
  'PX',
]);
/** Secondary capture, single and multi-frame; ultrasound; video photographic images and kin. */
const riskySopClasses =
  /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(7(\.[1-4])?|3(\.1)?|6(\.[12])?|77\.1\.[1-5](\.[1-3])?|12\.[12](\.[12])?)$/;
const riskyConversions = new Set(['DV', 'DI', 'DF', 'WSD', 'SD', 'SI', 'DRW']);
const withoutPicture = new Set(['SEG', 'SR', 'KO', 'PR', 'RTSTRUCT', 'RTPLAN', 'RTDOSE', 'REG', 'RWV', 'FID']);

/**
 * Judges by the header alone (PS3.3 C.7.6.1.1.1, C.8.6.1). BurnedInAnnotation NO is not believed where the kind of image
 * commonly has text: devices set it without looking.
 */
export function burnedInRisk(facts: PictureFacts, hasPixels: boolean): BurnedInRisk {
  const { modality = '', sopClassUid = '', burnedInAnnotation, imageType = [], conversionType } = facts;
  if (!hasPixels || withoutPicture.has(modality)) return { level: 'low', reasons: [] };
  const high: readonly (readonly [isTrue: boolean, reason: string])[] = [
    [burnedInAnnotation === 'YES', 'The header says that text is burned into the pixels.'],
    [riskyModalities.has(modality), 'Images of this modality often carry burned-in text.'],
    [riskySopClasses.test(sopClassUid), 'Captured, ultrasound and angiographic images often carry burned-in text.'],
    [riskyConversions.has(conversionType ?? ''), 'The image was digitized or captured.'],
    [imageType.some((value) => /SCREEN|CAPTURE/i.test(value)), 'The image is a screenshot.'],
    [imageType[1] === 'SECONDARY', 'The image was made from others after the examination.'],
  ];
  const reasons = high.flatMap(([isTrue, reason]) => (isTrue ? [reason] : []));
  if (reasons.length > 0) return { level: 'high', reasons };
  if (imageType[0] === 'DERIVED') return { level: 'possible', reasons: ['The image is derived from others.'] };
  return { level: 'low', reasons: [] };
}
