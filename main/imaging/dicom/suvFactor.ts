import type { Attributes } from '../../domain/keywords.ts';

/** How SUV come from modality values: a factor, or the reason in words why there are none. */
export type Suv = { readonly factor: number } | { readonly problem: string };

/** Of a PET image; undefined for other modalities, and the factor's absence without its reason. */
export function suvFactor(attributes: Attributes): number | undefined {
  const suv = suvOf(attributes);
  return suv && 'factor' in suv ? suv.factor : undefined;
}

/**
 * SUV by body weight per modality unit of a PET image; undefined for other modalities. Bq/ml are divided by
 * the dose left at the time that the image is decay-corrected to: the start of the series, or the administration
 * (PS3.3 C.8.9.1; formula of the QIBA FDG-PET profile). Maker-specific units (CNTS) are not converted.
 */
export function suvOf(attributes: Attributes): Suv | undefined {
  if (attributes.modality !== 'PT') return undefined;
  const problem = suvProblem(attributes);
  if (problem) return { problem };
  if (attributes.units === 'GML') return { factor: 1 };
  const dose = attributes.radiopharmaceuticalInformationSequence?.[0]?.radionuclideTotalDose ?? 0;
  const decay = decayFactor(attributes);
  if (decay === undefined) return { problem: 'the times of injection and scan are missing or contradict each other' };
  return { factor: ((attributes.patientWeight ?? 0) * 1000) / (dose * decay) };
}

/** What of the header rules SUV by body weight out, the decay aside. */
function suvProblem(attributes: Attributes): string | undefined {
  const { units, suvType, correctedImage, decayCorrection, patientWeight } = attributes;
  if (units === 'GML')
    return suvType === undefined || suvType === 'BW'
      ? undefined
      : `the values are SUV by ${suvType}, not by body weight`;
  if (units !== 'BQML') return units ? `values in ${units} are not converted` : 'the header names no unit';
  for (const [code, name] of [
    ['ATTN', 'attenuation'],
    ['DECY', 'decay'],
  ] as const)
    if (!correctedImage?.includes(code)) return `the image is not corrected for ${name}`;
  const dose = attributes.radiopharmaceuticalInformationSequence?.[0]?.radionuclideTotalDose;
  if (!dose || dose <= 0) return 'the injected dose is missing';
  if (!patientWeight || patientWeight <= 0) return "the patient's weight is missing";
  if (decayCorrection === 'ADMIN' || decayCorrection === 'START') return undefined;
  return 'the header does not say to which time decay was corrected';
}

/** The part of the dose left at the reference time of the decay correction. */
function decayFactor(attributes: Attributes): number | undefined {
  if (attributes.decayCorrection === 'ADMIN') return 1;
  const tracer = attributes.radiopharmaceuticalInformationSequence?.[0];
  const halfLife = tracer?.radionuclideHalfLife;
  const injected = injectionSeconds(attributes);
  const scanned = scanSeconds(attributes);
  if (!halfLife || halfLife <= 0 || injected === undefined || scanned === undefined || scanned < injected)
    return undefined;
  return 2 ** (-(scanned - injected) / halfLife);
}

/** Without a date, the injection was on the day of the scan, or the day before where it would be later. */
function injectionSeconds(attributes: Attributes): number | undefined {
  const tracer = attributes.radiopharmaceuticalInformationSequence?.[0];
  const dateTime = tracer?.radiopharmaceuticalStartDateTime;
  if (dateTime) return secondsOf(dateTime.slice(0, 8), dateTime.slice(8));
  const date = attributes.seriesDate ?? attributes.acquisitionDate;
  const seconds = secondsOf(date, tracer?.radiopharmaceuticalStartTime);
  const scanned = scanSeconds(attributes);
  if (seconds === undefined || scanned === undefined) return undefined;
  return seconds > scanned ? seconds - 86_400 : seconds;
}

/** SeriesTime may be that of a later reformatting; then the acquisition counts. */
function scanSeconds(attributes: Attributes): number | undefined {
  const series = secondsOf(attributes.seriesDate, attributes.seriesTime);
  const acquisition = secondsOf(attributes.acquisitionDate, attributes.acquisitionTime);
  if (series === undefined || acquisition === undefined) return series ?? acquisition;
  return Math.min(series, acquisition);
}

function secondsOf(date: string | undefined, time: string | undefined): number | undefined {
  const day = /^(\d{4})\.?(\d\d)\.?(\d\d)$/.exec(date ?? '');
  const clock = /^(\d\d):?(\d\d):?(\d\d(?:\.\d+)?)/.exec(time ?? '');
  if (!day || !clock) return undefined;
  const midnight = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])) / 1000;
  return midnight + Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
}
