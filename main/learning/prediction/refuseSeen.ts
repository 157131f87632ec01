import { createHash } from 'node:crypto';
import type { ModelCard } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import type { SnapshotIndex } from '../dataset/openSnapshot.ts';
import { pixelHashesOf } from '../dataset/snapshotManifest.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * A model's results on patients or pictures it was trained on, or chosen by, say nothing.
 * Throws `seen-in-training` with how many there are.
 */
export function refuseSeen(card: ModelCard, { manifest }: SnapshotIndex, caseIndexes: readonly number[]): void {
  const patients = new Set(card.seenPatients);
  const pixels = new Set(card.seenPixels);
  const cases = caseIndexes.flatMap((i) => manifest.cases[i] ?? []);
  const seenPatients = new Set(
    cases
      .filter((c) => [c.patientId, ...(c.linkedIds ?? [])].some((id) => patients.has(sha256(id))))
      .map((c) => c.patientId),
  );
  const seenPictures = cases.filter((c) => pixelHashesOf(c).some((hash) => pixels.has(hash)));
  if (seenPatients.size === 0 && seenPictures.length === 0) return;
  throw new AppError(
    'seen-in-training',
    `${seenPatients.size} patients and ${seenPictures.length} pictures of these cases were used to train or to choose this model. Evaluate it on patients it has never seen.`,
  );
}
