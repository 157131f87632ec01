import { availableParallelism } from 'node:os';
import type { DeidentifyOptions } from '../../contract/deidentify.ts';
import type { SpawnWorker } from '../../contract/transport/worker.ts';
import type { AppError } from '../../domain/errors.ts';
import { createImagingPool } from '../../imaging/pool.ts';
import { DeidentifyTally, deidentifyFiles, openTable, type SourceToDeidentify } from './deidentifyFiles.ts';
import { dicomFilesBelow } from './dicomFilesBelow.ts';

interface DeidentifyPaths {
  readonly paths: readonly string[];
  readonly options: DeidentifyOptions;
  readonly spawnWorker: SpawnWorker;
  readonly signal: AbortSignal;
}

/** Every image below the paths, without a workspace: a line per file and, last, the summary. */
export async function* deidentifyPaths(request: DeidentifyPaths): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const { paths, options, spawnWorker, signal } = request;
  const table = await openTable(options);
  const pool = createImagingPool({ spawnWorker, size: availableParallelism() });
  const tally = new DeidentifyTally();
  const rejected: { source: SourceToDeidentify; error: AppError }[] = [];
  try {
    for await (const line of deidentifyFiles(dicomFilesBelow(paths, rejected), options, { pool, table, signal })) {
      tally.add(line);
      yield lineOf(line);
    }
    for (const line of rejected) {
      tally.add(line);
      yield lineOf(line);
    }
    yield { ...tally.result(options) };
  } finally {
    pool.close();
  }
}

type Line = Parameters<DeidentifyTally['add']>[0];

function lineOf(line: Line): Readonly<Record<string, unknown>> {
  const path = line.source.name;
  if ('error' in line) return { path, error: { code: line.error.code, message: line.error.message } };
  const { file, report } = line.made;
  return {
    path,
    file,
    pseudonym: report.pseudonym,
    pixels: report.pixels,
    risk: report.risk.level,
    masked: report.masked,
  };
}
