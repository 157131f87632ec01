import { createHmac } from 'node:crypto';

/** Who the patient becomes, and the secret that everything derived comes from. Never leaves with an export. */
export interface DeidentifyKeys {
  /** 32 bytes; the same secret gives the same UIDs, shifts and pseudonyms in every export. */
  readonly secret: Uint8Array;
}

const longestShiftDays = 3650;

function digest(keys: DeidentifyKeys, purpose: string, text: string): Buffer {
  return createHmac('sha256', keys.secret).update(`${purpose}\0${text}`).digest();
}

/**
 * A 2.25 UID (PS3.5 annex B.2) by keyed hash: the same UID gives the same new one in every file, and without the key
 * nobody can tell which.
 */
export function mappedUid(keys: DeidentifyKeys, uid: string): string {
  const bytes = digest(keys, 'uid', uid).subarray(0, 16);
  // Version 8 of RFC 9562: a UUID whose bits mean what its maker says.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}

/** Days to add to every date of the patient: 1 to 3650 back. */
export function dateShiftDays(keys: DeidentifyKeys, patientId: string): number {
  return -(1 + (digest(keys, 'date', patientId).readUInt32BE(0) % longestShiftDays));
}

/** `GG-` and ten letters or digits: fit for PatientID, PatientName and a folder's name. */
export function pseudonymFor(keys: DeidentifyKeys, patientId: string): string {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  const letters = Array.from(digest(keys, 'patient', patientId).subarray(0, 10), (byte) => alphabet[byte & 31]);
  return `GG-${letters.join('')}`;
}

/** Key under which the pseudonym table keeps a patient. */
export function patientLookup(keys: DeidentifyKeys, patientId: string): string {
  return digest(keys, 'lookup', patientId).toString('hex');
}

/** A short stand-in for an identifier that has to stay distinct and consistent, at most 16 characters. */
export function mappedLabel(keys: DeidentifyKeys, text: string): string {
  return digest(keys, 'label', text).toString('hex', 0, 6).toUpperCase();
}
