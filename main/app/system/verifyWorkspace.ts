import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { ModelCard } from '../../contract/models.ts';
import type { DoctorCheck, VerifyResult } from '../../contract/system.ts';
import { AppError, asAppError } from '../../domain/errors.ts';
import { parseAddress } from '../../imaging/files/address.ts';
import { hashSource } from '../../imaging/files/hashSource.ts';
import { guarded } from '../../imaging/files/openSource.ts';
import { readSnapshotIndex } from '../../learning/dataset/openSnapshot.ts';
import type { Store } from '../../store/store.ts';
import { hashFile } from './copyFiles.ts';

type Check = z.output<typeof DoctorCheck>;

interface Subject {
  readonly name: string;
  /** Resolves where it is as it was written; what is wrong is thrown. */
  look(): Promise<void>;
}

/** Named in the detail of a failed check; the others are counted. */
const namedProblems = 5;

/** Looks at everything the workspace has written, and at the images it refers to; changes nothing but what it notes of them. */
export async function verifyWorkspace(
  store: Store,
  { files, signal }: { readonly files: boolean; readonly signal: AbortSignal },
): Promise<VerifyResult> {
  const check = (id: string, title: string, subjects: readonly Subject[]) => checkAll({ id, title }, subjects, signal);
  const { blobs } = store.workspace;
  const checks: Check[] = [
    databaseCheck(store),
    auditCheck(store),
    await check('snapshots', 'Datasets', snapshotsOf(store)),
    await check('models', 'Models', modelsOf(store)),
    await check(
      'blobs',
      'Stored blobs',
      blobs.keys().map((key) => ({ name: key.slice(0, 12), look: async () => void blobs.get(key) })),
    ),
    await check('files', 'Image files', imagesOf(store)),
    files
      ? await check('file-content', 'Content of the image files', imageContentsOf(store))
      : { id: 'file-content', title: 'Content of the image files', state: 'not-run', detail: 'not asked for' },
  ];
  return { ok: checks.every(({ state }) => state !== 'failed'), checks };
}

function databaseCheck({ workspace }: Store): Check {
  const problem = workspace.databaseProblem();
  const detail = problem ?? 'every page and reference is in order';
  return { id: 'database', title: 'Database', state: problem === undefined ? 'ok' : 'failed', detail };
}

function auditCheck({ audit }: Store): Check {
  const { isIntact, entries, headHash, problem } = audit.verify();
  const detail = isIntact ? `${entries} entries, head ${headHash.slice(0, 12)}` : (problem ?? 'the chain is broken');
  return { id: 'audit', title: 'Audit log', state: isIntact ? 'ok' : 'failed', detail };
}

async function checkAll(
  heading: Pick<Check, 'id' | 'title'>,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<Check> {
  const problems: string[] = [];
  for (const { name, look } of subjects) {
    if (signal.aborted) throw new AppError('cancelled', 'The check was cancelled.');
    await look().catch((thrown: unknown) => problems.push(`${name}: ${asAppError(thrown).message}`));
  }
  if (problems.length === 0) return { ...heading, state: 'ok', detail: `${subjects.length} as they were written` };
  const more = problems.length > namedProblems ? ` ... and ${problems.length - namedProblems} more` : '';
  const named = problems.slice(0, namedProblems).join('; ');
  return { ...heading, state: 'failed', detail: `${problems.length} of ${subjects.length}: ${named}${more}` };
}

function snapshotsOf({ runs }: Store): Subject[] {
  return runs.snapshots().map(({ id, hash, path }) => ({
    name: id,
    look: async () => {
      const { manifest } = readSnapshotIndex(path);
      if (manifest.hash !== hash) throw new Error('the folder holds another dataset');
      const found = await guarded(() => hashFile(join(path, manifest.tensors.file)));
      if (found.sha256 !== manifest.tensors.sha256) throw new Error('the pictures were changed');
    },
  }));
}

function modelsOf({ runs }: Store): Subject[] {
  return runs.models().map(({ id, name }) => ({
    name,
    look: async () => {
      const model = runs.model(id);
      if (model === undefined) throw new Error('the model is not known');
      const card = await readCard(join(model.path, 'model-card.json'));
      const network = await guarded(() => stat(join(model.path, 'model.onnx')));
      if (network.size !== model.sizeBytes) throw new Error('model.onnx has another size than when it was made');
      for (let fold = 1; fold <= (card.folds ?? 0); fold++) {
        await guarded(() => stat(join(model.path, `fold-${fold}.onnx`)));
      }
    },
  }));
}

async function readCard(path: string): Promise<ModelCard> {
  const text = await guarded(() => readFile(path, 'utf8'));
  try {
    return ModelCard.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('model-damaged', 'model-card.json cannot be read', { cause });
  }
}

function imagesOf({ catalogue }: Store): Subject[] {
  const paths = new Set(catalogue.instanceFiles().map(({ address }) => parseAddress(address).filePath));
  return [...paths].map((path) => ({ name: path, look: async () => void (await guarded(() => stat(path))) }));
}

/** What is seen is kept with the images: badged, and left out of what counts on them, until it is as it was. */
function imageContentsOf({ catalogue }: Store): Subject[] {
  return catalogue.instanceFiles().map(({ address, fileSha256, sopInstanceUid }) => ({
    name: address,
    look: async () => {
      const sha256 = await hashSource(address).catch((thrown: unknown) => {
        const isGone = asAppError(thrown).code === 'file-not-found';
        if (isGone) catalogue.setFileStates([{ sopInstanceUid, state: 'missing' }]);
        throw thrown;
      });
      // Its content is read when its import goes on, or before it is counted on.
      if (fileSha256 === '') return;
      catalogue.setFileStates([{ sopInstanceUid, state: sha256 === fileSha256 ? 'present' : 'changed' }]);
      if (sha256 !== fileSha256) throw new Error('the file was changed since its import');
    },
  }));
}
