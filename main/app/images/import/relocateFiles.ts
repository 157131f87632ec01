import type { RelocateResult } from '../../../contract/imports.ts';
import { asAppError } from '../../../domain/errors.ts';
import { type FoundFile, walkPaths } from '../../../imaging/files/walkPaths.ts';
import type { TrackedFile } from '../../../store/catalogue/fileTracking.ts';
import type { AppContext } from '../../context.ts';
import type { JobContext } from '../../jobs.ts';
import { checkFiles } from './checkFiles.ts';
import { indexBatch } from './indexBatch.ts';
import { allSettled } from './readContents.ts';

const batchFiles = 16;

type DiskFile = Extract<FoundFile, { kind: 'file' }>;

/**
 * Finds the files of the workspace that are not where they were below another folder, whatever they are called there. A file of
 * the right size is read to its end; where its content is that of a missing image, the image gets the new place. A file with
 * the UID of a missing image and other content is told, never used. Takes nothing new in.
 */
export async function relocateFiles(context: AppContext, root: string, job: JobContext): Promise<RelocateResult> {
  const { catalogue } = context.store;
  const { signal } = job;
  job.progress({ message: 'looking which files are gone' });
  await checkFiles(context, { signal });
  const search = new Search(context, catalogue.astrayFiles(), signal);
  const queue = walkPaths([root]);
  let looked = 0;
  const work = async (): Promise<void> => {
    for (let batch = await nextFiles(queue); batch.length > 0 && !search.isOver; batch = await nextFiles(queue)) {
      signal.throwIfAborted();
      await search.lookInto(batch);
      looked += batch.length;
      job.progress({ message: `${looked} files looked at, ${search.relocated} of ${search.wanted} found` });
    }
  };
  if (!search.isOver) await allSettled(Array.from({ length: context.imaging.size * 2 }, work));
  if (search.relocated > 0) context.announce('worklist.changed', {});
  const { relocated, rejected } = search;
  return { relocated, stillMissing: catalogue.astrayFiles().length, rejected };
}

class Search {
  readonly wanted: number;
  readonly rejected: RelocateResult['rejected'] = [];
  relocated = 0;
  private readonly context: AppContext;
  private readonly signal: AbortSignal;
  private readonly byUid: Map<string, TrackedFile>;
  /** Whose size nobody wrote down may have any. */
  private readonly sizes: ReadonlySet<number | undefined>;

  constructor(context: AppContext, astray: readonly TrackedFile[], signal: AbortSignal) {
    this.context = context;
    this.signal = signal;
    this.byUid = new Map(astray.map((file) => [file.sopInstanceUid, file]));
    this.sizes = new Set(astray.map(({ sizeBytes }) => sizeBytes));
    this.wanted = astray.length;
  }

  get isOver(): boolean {
    return this.byUid.size === 0;
  }

  async lookInto(batch: readonly DiskFile[]): Promise<void> {
    const [likely, others] = [batch.filter((file) => this.hasSize(file)), batch.filter((file) => !this.hasSize(file))];
    for (const file of likely) await this.compare(file);
    await this.namesakes(others);
  }

  private hasSize({ sizeBytes }: DiskFile): boolean {
    return this.sizes.has(sizeBytes) || this.sizes.has(undefined);
  }

  private async compare({ address, modifiedMs, relativePath }: DiskFile): Promise<void> {
    const sha256 = await this.context.imaging
      .run('hashFile', { address }, { signal: this.signal, priority: 'background', timeoutMs: 300_000 })
      .catch((thrown: unknown) => asAppError(thrown));
    this.signal.throwIfAborted();
    if (typeof sha256 !== 'string') {
      this.rejected.push({ path: relativePath, code: sha256.code, message: sha256.message });
      return;
    }
    const found = [...this.byUid.values()].filter((file) => file.fileSha256 === sha256 && file.address !== address);
    if (found.length === 0) return;
    this.context.store.catalogue.relocate(found.map(({ sopInstanceUid }) => ({ sopInstanceUid, address, modifiedMs })));
    for (const { sopInstanceUid } of found) this.byUid.delete(sopInstanceUid);
    this.relocated += found.length;
  }

  /** Images of other content under the UID of a missing one. */
  private async namesakes(files: readonly DiskFile[]): Promise<void> {
    const requests = files.map(({ address }) => ({ address, withoutHashes: true }));
    const outcomes = await indexBatch(this.context.imaging, requests, this.signal);
    for (const [i, outcome] of outcomes.entries()) {
      const file = files[i];
      if (!file || !('indexed' in outcome)) continue;
      const missing = this.byUid.get(outcome.indexed.instance.sopInstanceUid);
      if (!missing || missing.address === file.address) continue;
      this.rejected.push({
        path: file.relativePath,
        code: 'same-uid-other-content',
        message: 'This file has the UID of an image that is missing, but other content. It is not used.',
      });
    }
  }
}

async function nextFiles(found: AsyncGenerator<FoundFile>): Promise<DiskFile[]> {
  const batch: DiskFile[] = [];
  while (batch.length < batchFiles) {
    const next = await found.next();
    if (next.done) break;
    if (next.value.kind === 'file') batch.push(next.value);
  }
  return batch;
}
