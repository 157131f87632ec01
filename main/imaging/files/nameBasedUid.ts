import { createHash } from 'node:crypto';

/** Namespace of Groundglass for RFC 9562 version 5 UUIDs; never change it: the UIDs of imported images follow from it. */
const namespace = Buffer.from('6f1c5e0a8f0b4c6f9f6d2a2f1b7c9e42', 'hex');

/**
 * A 2.25 UID (DICOM PS3.5 annex B.2) from a version 5 UUID of the parts: the same parts give the same UID on every
 * machine. Parts are joined with a zero byte, which none of them may hold.
 */
export function nameBasedUid(...parts: readonly string[]): string {
  const digest = createHash('sha1').update(namespace).update(parts.join('\0')).digest().subarray(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${digest.toString('hex')}`)}`;
}
