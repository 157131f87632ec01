import { setImmediate as nextTurn } from 'node:timers/promises';
import { asAppError } from '../../../domain/errors.ts';
import type { IndexedFile } from '../../../domain/imageTypes.ts';
import { isCompanion } from '../../../imaging/files/scanPaths.ts';
import type { IndexOutcome } from '../../../imaging/indexFile.ts';
import type { NewInstance, RejectedFile } from '../../../store/catalogue/catalogue.ts';
import type { AppContext } from '../../context.ts';
import { transactionBudgetMs } from '../../timeBox.ts';
import { type Candidate, type MetadataRows, rejectionOf } from './findImages.ts';
import { indexBatch } from './indexBatch.ts';

/** What one import works with. */
export interface Intake {
  readonly context: AppContext;
  readonly importId: string;
  readonly rows: MetadataRows;
  /** Where copies go; undefined: the images stay where they are. */
  readonly copyFolder: string | undefined;
  readonly signal: AbortSignal;
}

/** Reads the headers of some files in one worker and adds what is new to the catalogue. A bad file is listed, the rest goes in. */
export async function takeIn(intake: Intake, batch: readonly Candidate[]): Promise<void> {
  const { context, importId, rows, signal } = intake;
  const { catalogue } = context.store;
  const known = catalogue.knownFiles(batch.map(({ address }) => address));
  const fresh = batch.filter((file) => {
    const present = known.get(file.address);
    const isKnown = present?.sizeBytes === file.sizeBytes && present.modifiedMs === file.modifiedMs;
    if (isKnown) rows.of(file.origin);
    return !isKnown;
  });
  catalogue.addSkipped(batch.length - fresh.length, importId);
  const requests = fresh.map(({ address, origin }) => {
    const metadata = rows.of(origin);
    return { address, withoutHashes: true, ...(metadata && { metadata }) };
  });
  const outcomes = await indexBatch(context.imaging, requests, signal);
  const rejected: RejectedFile[] = [];
  const added: NewInstance[] = [];
  for (const [i, file] of fresh.entries()) {
    const outcome = outcomes[i];
    if (outcome === undefined) throw new Error('a file has no outcome');
    if ('indexed' in outcome) added.push({ indexed: outcome.indexed, file: nameOf(file, intake) });
    else if (!isNoImage(file, outcome)) rejected.push(rejectionOf(file.relativePath, outcome.error));
  }
  if (rejected.length > 0) catalogue.addRejected(rejected, importId);
  const stored = intake.copyFolder === undefined ? added : await copyNew(intake, fresh, added, intake.copyFolder);
  await compareAll(intake, await addAll(intake, stored));
}

const nameOf = ({ origin, relativePath }: Candidate, { rows }: Intake): string => rows.of(origin)?.file ?? relativePath;

/** Companions of images, and indexes under other names, are not worth a word. */
const isNoImage = ({ isNamed, relativePath }: Candidate, outcome: Extract<IndexOutcome, { error: unknown }>): boolean =>
  outcome.error.code === 'not-an-image' ||
  (!isNamed && isCompanion(relativePath) && ['unknown-format', 'not-dicom'].includes(outcome.error.code));

/** As many as fit into a short transaction, then others get their turn. Returns those that have to be compared. */
async function addAll({ context, importId }: Intake, files: readonly NewInstance[]): Promise<NewInstance[]> {
  const unsure: NewInstance[] = [];
  for (let done = 0; done < files.length; ) {
    const result = context.store.catalogue.addInstances(files.slice(done, done + 200), importId, transactionBudgetMs);
    unsure.push(...result.unsure);
    done += result.taken;
    await nextTurn();
  }
  return unsure;
}

/** Copies of those the workspace does not have; the others are compared where they are. */
async function copyNew(
  { context, signal, importId }: Intake,
  files: readonly Candidate[],
  added: readonly NewInstance[],
  folder: string,
): Promise<NewInstance[]> {
  const inStore = new Set(files.filter(({ isStored }) => isStored).map(({ address }) => address));
  const copies = await Promise.all(
    added.map(async (row) => {
      const { instance } = row.indexed;
      const isPresent = context.store.catalogue.trackedFile(instance.sopInstanceUid) !== undefined;
      if (isPresent || inStore.has(instance.address)) return row;
      try {
        const request = { address: instance.address, folder };
        const copy = await context.imaging.run('storeFile', request, { signal, priority: 'background' });
        const { path: address, sizeBytes, modifiedMs } = copy;
        return { ...row, indexed: { ...row.indexed, instance: { ...instance, address, sizeBytes, modifiedMs } } };
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asAppError(thrown);
        if (error.code === 'disk-full') throw error;
        context.store.catalogue.addRejected([rejectionOf(row.file ?? instance.address, error)], importId);
        return undefined;
      }
    }),
  );
  return copies.filter((row) => row !== undefined);
}

/** Files whose UID is known: both sides are read to their end, and the catalogue decides by their content. */
async function compareAll(intake: Intake, unsure: readonly NewInstance[]): Promise<void> {
  const { context, importId, signal } = intake;
  const { catalogue } = context.store;
  for (const row of unsure) {
    const { sopInstanceUid, address, attributes } = row.indexed.instance;
    const present = catalogue.trackedFile(sopInstanceUid);
    if (present?.fileSha256 === '') await completeFiles(context, [present.address], importId, signal);
    const [outcome] =
      row.indexed.instance.fileSha256 === ''
        ? await indexBatch(context.imaging, [{ address }], signal)
        : [{ indexed: row.indexed }];
    if (outcome && 'indexed' in outcome) {
      const instance = { ...outcome.indexed.instance, ...(attributes && { attributes }) };
      const again = catalogue.addInstances([{ ...row, indexed: { ...outcome.indexed, instance } }], importId);
      // The one that was there first cannot be read any more: nobody can say whether they are the same.
      for (const { file } of again.unsure)
        catalogue.addRejected([{ path: file ?? address, ...uncomparable }], importId);
    } else if (outcome) catalogue.addRejected([rejectionOf(row.file ?? address, outcome.error)], importId);
  }
}

const uncomparable = {
  code: 'same-uid-other-content',
  message: 'The workspace has a file with the same SOPInstanceUID, which cannot be read to compare them.',
};

/**
 * Reads files of the catalogue to their end, of which only the header was read before, and keeps their hashes. One that is gone,
 * cannot be read, or is another image by now, is marked so. Throws `cancelled`.
 */
export async function completeFiles(
  context: AppContext,
  addresses: readonly string[],
  importId: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { catalogue } = context.store;
  const outcomes = await indexBatch(
    context.imaging,
    addresses.map((address) => ({ address })),
    signal,
  );
  const known = catalogue.knownFiles(addresses);
  const complete: IndexedFile[] = [];
  for (const [i, address] of addresses.entries()) {
    const present = known.get(address);
    const outcome = outcomes[i];
    if (!present || !outcome) continue;
    const { sopInstanceUid } = present;
    if ('indexed' in outcome) {
      if (outcome.indexed.instance.sopInstanceUid === sopInstanceUid) complete.push(outcome.indexed);
      else catalogue.setFileStates([{ sopInstanceUid, state: 'changed' }]);
    } else if (outcome.error.code === 'file-not-found') catalogue.setFileStates([{ sopInstanceUid, state: 'missing' }]);
    else catalogue.setFileStates([{ sopInstanceUid, state: 'unreadable', reason: outcome.error.message }]);
  }
  catalogue.completeInstances(complete, importId);
}
