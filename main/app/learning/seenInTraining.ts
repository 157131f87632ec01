import { createHash } from 'node:crypto';
import type { ModelCard } from '../../contract/models.ts';
import type { StoredInstance } from '../../store/catalogue/catalogue.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whether training or validation of a model saw this patient or these pixels. */
export const isSeen = (
  { seenPatients, seenPixels }: ModelCard,
  { patientId, facts }: Pick<StoredInstance, 'patientId' | 'facts'>,
): boolean => seenPatients.includes(sha256(patientId)) || seenPixels.includes(facts.pixelSha256 ?? '');
