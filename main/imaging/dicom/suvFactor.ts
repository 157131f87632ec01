import type { Attributes } from '../../domain/keywords.ts';

/**
 * SUV by body weight per modality unit of a PET image, or undefined where the header does not suffice. Bq/ml are divided by
 * the dose left at the time that the image is decay-corrected to: the start of the series, or the administration
 * (PS3.3 C.8.9.1; formula of the QIBA FDG-PET profile). Maker-specific units (CNTS) are not converted.
 */
export function suvFactor(attributes: Attributes): number | undefined {
  if (attributes.modality !== 'PT') return undefined;
  if (attributes.units === 'GML')
    return attributes.suvType === undefined || attributes.suvType === 'BW' ? 1 : undefined;
  const isCorrected = ['ATTN', 'DECY'].every((correction) => attributes.correctedImage?.includes(correction));
  const dose = attributes.radiopharmaceuticalInformationSequence?.[0]?.radionuclideTotalDose;
  const { units, patientWeight } = attributes;
  if (units !== 'BQML' || !isCorrected || !dose || dose <= 0 || !patientWeight || patientWeight <= 0) return undefined;
  const decay = decayFactor(attributes);
  return decay === undefined ? undefined : (patientWeight * 1000) / (dose * decay);
}

/** The part of the dose left at the reference time of the decay correction. */
function decayFactor(attributes: Attributes): number | undefined {
  if (attributes.decayCorrection === 'ADMIN') return 1;
  if (attributes.decayCorrection !== 'START') return undefined;
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
