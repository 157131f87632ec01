import type { AcceptResult } from '../../../contract/imports.ts';
import { AppError } from '../../../domain/errors.ts';
import type { IndexedFile } from '../../../domain/imageTypes.ts';
import type { MetadataRow } from '../../../imaging/files/metadataCsv.ts';
import type { IndexOutcome } from '../../../imaging/indexFile.ts';
import type { StoredInstance } from '../../../store/catalogue/catalogue.ts';
import type { AppContext } from '../../context.ts';
import { assembleAndKeep } from '../stacksOf.ts';
import { checkFiles } from './checkFiles.ts';
import { indexBatch } from './indexBatch.ts';

const batchFiles = 8;
const pageFiles = 500;

interface Accept {
  readonly series: readonly string[];
  /** Why the files were changed; kept in the audit log and in the finding. */
  readonly reason: string;
}

/**
 * Takes the new content of files that were changed on purpose in the place of what was imported: only of those series, only
 * where the file still is the same image (its UIDs and patient), never a missing or unreadable one. Labels stay where they
 * are; snapshots hold their own pixels and stay what they are. Errors: `not-found`.
 */
export async function acceptChanged(
  context: AppContext,
  { series, reason }: Accept,
  signal: AbortSignal,
): Promise<AcceptResult> {
  const { catalogue } = context.store;
  const result: AcceptResult = { accepted: 0, predictionsRemoved: 0, rejected: [] };
  for (const uid of series)
    if (!catalogue.seriesByUid(uid)) throw new AppError('not-found', 'The series is not in this workspace.');
  for (const seriesInstanceUid of series) {
    await checkFiles(context, { signal, seriesInstanceUid });
    const before = result.accepted;
    const changed = changedFiles(context, seriesInstanceUid);
    for (let batch = changed.splice(0, batchFiles); batch.length > 0; batch = changed.splice(0, batchFiles)) {
      const files = await readAnew(context, batch, result, signal);
      const { accepted, predictionsRemoved } = catalogue.acceptContent(files, reason);
      result.accepted += accepted;
      result.predictionsRemoved += predictionsRemoved;
    }
    if (result.accepted > before) assembleAndKeep(context.store, seriesInstanceUid);
  }
  if (result.accepted > 0) context.announce('worklist.changed', {});
  return result;
}

function changedFiles({ store }: AppContext, seriesInstanceUid: string): StoredInstance[] {
  const changed: StoredInstance[] = [];
  for (let after = ''; ; ) {
    const page = store.catalogue.trackedFiles({ after, limit: pageFiles, seriesInstanceUid });
    for (const { state, sopInstanceUid } of page) {
      const stored = state === 'changed' ? store.catalogue.instanceBySop(sopInstanceUid) : undefined;
      if (stored) changed.push(stored);
    }
    const last = page.at(-1);
    if (!last) return changed;
    after = last.sopInstanceUid;
  }
}

async function readAnew(
  { imaging }: AppContext,
  batch: readonly StoredInstance[],
  { rejected }: AcceptResult,
  signal: AbortSignal,
): Promise<IndexedFile[]> {
  const requests = batch.map((stored) => ({ address: stored.facts.address, ...metadataOf(stored) }));
  const outcomes = await indexBatch(imaging, requests, signal);
  return batch.flatMap((stored, i) => {
    const read = sameImage(stored, outcomes[i]);
    if ('instance' in read) return read;
    rejected.push({ path: stored.facts.address, ...read });
    return [];
  });
}

/** PNG, JPEG and NIfTI are whose the table said at their import. */
function metadataOf({ facts, patientId, file }: StoredInstance): { metadata?: MetadataRow } {
  const attributes = facts.attributes ?? {};
  if (facts.format !== 'dicom') return { metadata: { file: file ?? facts.address, patientId, attributes } };
  return {};
}

type Refusal = { readonly code: string; readonly message: string };

/** The UIDs of files without any follow from their content: they keep those they have. */
function sameImage({ facts, patientId }: StoredInstance, outcome: IndexOutcome | undefined): IndexedFile | Refusal {
  if (!outcome) throw new Error('a file has no outcome');
  if ('error' in outcome) return { code: outcome.error.code, message: outcome.error.message };
  const { indexed } = outcome;
  const { sopInstanceUid, seriesInstanceUid, studyInstanceUid, attributes } = facts;
  const own = { sopInstanceUid, seriesInstanceUid, studyInstanceUid };
  const isPlain = facts.format !== 'dicom' && indexed.instance.format === facts.format;
  const isSame =
    isPlain ||
    (Object.entries(own).every(([key, uid]) => indexed.instance[key as keyof typeof own] === uid) &&
      indexed.patient.patientId === patientId);
  if (!isSame)
    return { code: 'conflict', message: 'The file holds another image now. Import it instead; this one stays marked.' };
  return { ...indexed, instance: { ...indexed.instance, ...own, ...(attributes && { attributes }) } };
}
