import type { Attributes } from '../../domain/keywords.ts';

/** PET Units (PS3.3 C.8.9.1.1.3) as they are written beside numbers. */
const petUnits: Readonly<Record<string, string>> = {
  CNTS: 'counts',
  NONE: '',
  CM2: 'cm²',
  PCNT: '%',
  CPS: 'counts/s',
  BQML: 'Bq/ml',
  MGMINML: 'mg/min/ml',
  UMOLMINML: 'µmol/min/ml',
  MLMING: 'ml/min/g',
  MLG: 'ml/g',
  '1CM': '1/cm',
  UMOLML: 'µmol/ml',
  PROPCNTS: 'proportional to counts',
  PROPCPS: 'proportional to counts/s',
  MLMINML: 'ml/min/ml',
  MLML: 'ml/ml',
  GML: 'g/ml',
  STDDEV: 'standard deviations',
  SUV: 'SUV',
};

/** What modality values count where RescaleType is silent: HU for CT (PS3.3 C.8.2.1), Units for PET. */
export function valueUnitOf({ modality, units, imageType }: Attributes): string | undefined {
  if (modality === 'CT') return imageType?.includes('LOCALIZER') ? undefined : 'HU';
  if (modality === 'PT') return petUnits[units ?? ''] || undefined;
  return modality === 'NM' ? 'counts' : undefined;
}

/** Modalities whose header window stands for a look at known values, not at this image's range. */
export const isCalibrated = ({ modality }: Attributes): boolean => modality === 'CT' || modality === 'SEG';
