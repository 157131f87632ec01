import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { MeasuredForm } from '../../contract/lowerings.ts';
import { EpochRow, TrainingConfig } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { canonicalJson } from '../dataset/canonicalJson.ts';
import { writeDurably } from '../dataset/durableFile.ts';

/** run.json: everything that decides the weights of a run, and on what machine it was started. */
export const RunManifest = z.object({
  config: TrainingConfig,
  snapshotHash: z.string(),
  backboneSha256: z.string().optional(),
  engine: z.object({ engine: z.string(), device: z.string(), threads: z.number().int() }),
  codeVersion: z.string(),
  platform: z.string(),
  cpu: z.string(),
  createdAt: z.string(),
  /** How gradients are written, grown before the first step of each phase; absent: by rules of shape alone. */
  lowerings: z.array(MeasuredForm).optional(),
});
export type RunManifest = z.output<typeof RunManifest>;

/** result.json of a fold: it will not be trained again. */
export const FoldRecord = z.object({ best: EpochRow, history: z.array(EpochRow) });
export type FoldRecord = z.output<typeof FoldRecord>;

const parseFile = <T>(file: string, schema: z.ZodType<T>): T | undefined => {
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new AppError('checkpoint-damaged', `${path.basename(file)} of this run cannot be read.`, { cause });
  }
};

/** Paths and small files of a run; the checkpoints have their own format. */
export class RunFolder {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  get log(): string {
    return path.join(this.directory, 'log.jsonl');
  }

  /** Checkpoints of a fold (from 1), or of the one training where there are no folds (0). */
  files(fold: number): { last: string; best: string; result: string } {
    const folder = fold > 0 ? path.join(this.directory, `fold-${fold}`) : this.directory;
    mkdirSync(folder, { recursive: true });
    const at = (name: string) => path.join(folder, name);
    return { last: at('last.checkpoint'), best: at('best.checkpoint'), result: at('result.json') };
  }

  readManifest(): RunManifest | undefined {
    return parseFile(path.join(this.directory, 'run.json'), RunManifest);
  }

  writeManifest(manifest: RunManifest): void {
    writeDurably(path.join(this.directory, 'run.json'), canonicalJson(manifest, 1));
  }

  readFold(fold: number): FoldRecord | undefined {
    return parseFile(this.files(fold).result, FoldRecord);
  }

  writeFold(fold: number, record: FoldRecord): void {
    writeDurably(this.files(fold).result, canonicalJson(record));
  }

  appendEpoch(row: EpochRow): void {
    appendFileSync(this.log, `${JSON.stringify(row)}\n`);
  }
}

function parseRow(line: string): EpochRow | undefined {
  try {
    return EpochRow.parse(JSON.parse(line));
  } catch {
    return undefined; // the last line of a killed run may be cut off
  }
}

/**
 * Epochs of a run in order. A run killed after its last checkpoint logs some epochs twice, with equal numbers: each
 * counts once.
 */
export function readRunLog(runDirectory: string): EpochRow[] {
  const { log } = new RunFolder(runDirectory);
  if (!existsSync(log)) return [];
  const rows = new Map<string, EpochRow>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const row = line === '' ? undefined : parseRow(line);
    if (row) rows.set(`${row.fold ?? 0}/${row.epoch}`, row);
  }
  return [...rows.values()].sort((a, b) => (a.fold ?? 0) - (b.fold ?? 0) || a.epoch - b.epoch);
}
