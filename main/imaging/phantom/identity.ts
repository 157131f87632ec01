import { createHash } from 'node:crypto';
import { randomStream } from '../../domain/random.ts';

/** A patient who never was. `birthDate` is DICOM DA, `age` DICOM AS. */
export interface PatientIdentity {
  readonly patientId: string;
  readonly patientName: string;
  readonly sex: 'F' | 'M';
  readonly birthDate: string;
  readonly age: string;
  readonly ageYears: number;
  readonly studyDate: string;
}

const STUDY_YEAR = 2020;

/** A UID under 2.25 (PS3.5 B.2) from a name: the same name always gives the same UID. Laid out as a version 8 UUID (RFC 9562). */
export function uidOf(name: string): string {
  const bytes = createHash('sha256').update(`groundglass phantom ${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`).toString()}`;
}

/**
 * PatientID of the number-th patient (0-based). The default seed 1 gives GGP-0001, other seeds GGP7-0001, so that two sets in one
 * workspace are never taken for the same people; a mirrored twin ends in M.
 */
export function patientIdOf(seed: number, number: number, isMirrored: boolean): string {
  return `GGP${seed === 1 ? '' : seed}-${String(number + 1).padStart(4, '0')}${isMirrored ? 'M' : ''}`;
}

/** Sex, age and dates of a synthetic patient, a function of seed and number alone. */
export function patientIdentity(seed: number, number: number, isMirrored: boolean): PatientIdentity {
  const next = randomStream(seed, 'phantom identity', number);
  const patientId = patientIdOf(seed, number, isMirrored);
  const ageYears = 30 + Math.floor(next() * 55);
  const twoDigits = (upTo: number) => String(1 + Math.floor(next() * upTo)).padStart(2, '0');
  return {
    patientId,
    patientName: `Phantom^${patientId}`,
    sex: next() < 0.5 ? 'F' : 'M',
    birthDate: `${STUDY_YEAR - ageYears}0101`,
    age: `${String(ageYears).padStart(3, '0')}Y`,
    ageYears,
    studyDate: `${STUDY_YEAR}${twoDigits(12)}${twoDigits(28)}`,
  };
}
