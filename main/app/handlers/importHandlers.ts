import type { importMethods, RelocateResult } from '../../contract/imports.ts';
import type { AppHandlers } from '../../contract/index.ts';
import { AppError } from '../../domain/errors.ts';
import type { AppContext } from '../context.ts';
import { acceptChanged } from '../images/import/acceptChanged.ts';
import { checkFiles } from '../images/import/checkFiles.ts';
import { relocateFiles } from '../images/import/relocateFiles.ts';
import { type ImportOutcome, importImages } from '../images/importImages.ts';

export function importHandlers(context: AppContext): Pick<AppHandlers, keyof typeof importMethods> {
  const { catalogue } = context.store;
  const resultOf = (jobId: string): unknown => {
    const job = context.jobs.get(jobId);
    if (job.status === 'failed') throw new AppError('conflict', job.error?.message ?? 'the import failed');
    if (!job.result) throw new AppError('conflict', 'the import has not ended');
    return job.result;
  };
  return {
    'imports.start': (input) => {
      const { paths } = input;
      const title = paths.length === 1 ? `Import ${baseName(paths[0] ?? '')}` : `Import ${paths.length} items`;
      const job = context.jobs.start({
        kind: 'import',
        title,
        run: (running) => importImages(context, input, running),
      });
      return { jobId: job.id };
    },
    'imports.result': ({ jobId }) => resultOf(jobId) as ImportOutcome,
    'imports.interrupted': () => ({
      imports: context.jobs.active.some(({ kind }) => kind === 'import')
        ? []
        : catalogue.interruptedImports().map(({ id, startedAt, request, instances }) => ({
            ...{ importId: id, startedAt, instances },
            ...{ paths: [...request.paths], metadata: request.metadata, copy: request.copy ?? false },
          })),
    }),
    'imports.dismiss': ({ importId }) => {
      catalogue.dismissImport(importId);
      return {};
    },
    'imports.check': ({ seriesInstanceUid }, { signal }) => checkFiles(context, { signal, seriesInstanceUid }),
    'imports.acceptChanged': (input, { signal }) => acceptChanged(context, input, signal),
    'imports.relocate': ({ root }) => {
      const title = `Locate files in ${baseName(root)}`;
      const job = context.jobs.start({
        kind: 'relocation',
        title,
        run: (running) => relocateFiles(context, root, running),
      });
      return { jobId: job.id };
    },
    'imports.relocated': ({ jobId }) => resultOf(jobId) as RelocateResult,
  };
}

const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
