import { z } from 'zod';
import {
  EpochRow,
  PreviewCase,
  type RunDetail,
  RunStatus,
  type RunSummary,
  TrainingConfig,
} from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import type { WriteAudit } from '../truth/openAudit.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { RunChange, TrainingRuns } from './runs.ts';

interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly snapshot_id: string;
  readonly status: string;
  readonly config: string;
  readonly folds: number | null;
  readonly job_id: string | null;
  readonly model_id: string | null;
  readonly seconds: number;
  readonly hint: string | null;
  readonly error: string | null;
  readonly preview: string;
  readonly created_at: string;
}

const Failure = z.object({ code: z.string(), message: z.string() });
const Preview = z.array(PreviewCase);

/** The best epoch is the last one marked so; with folds the figures of several best epochs are averaged. */
function bestOf(epochs: readonly EpochRow[]): Pick<RunSummary, 'bestEpoch' | 'bestValLoss' | 'bestValAuroc'> {
  const bestOfFold = new Map(epochs.filter(({ isBest }) => isBest).map((row) => [row.fold ?? 0, row]));
  const best = [...bestOfFold.values()];
  const [first] = best;
  if (first === undefined) return {};
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const aurocs = best.map(({ valAuroc }) => valAuroc).filter((value) => value !== undefined);
  return {
    ...(best.length === 1 && { bestEpoch: first.epoch }),
    bestValLoss: mean(best.map(({ valLoss }) => valLoss)),
    ...(aurocs.length === best.length && { bestValAuroc: mean(aurocs) }),
  };
}

function summaryOf(row: RunRow, epochs: readonly EpochRow[]): RunSummary {
  const config = TrainingConfig.parse(JSON.parse(row.config));
  return {
    id: row.id,
    name: row.name,
    status: RunStatus.parse(row.status),
    snapshotId: row.snapshot_id,
    architecture: config.architecture,
    mode: config.mode,
    epochsDone: epochs.length,
    epochs: config.epochs * (row.folds ?? 1),
    ...(row.folds !== null && { folds: row.folds }),
    ...bestOf(epochs),
    ...(row.model_id !== null && { modelId: row.model_id }),
    createdAt: row.created_at,
    seconds: row.seconds,
  };
}

export function trainingRunTable(db: Db, writeAudit: WriteAudit): TrainingRuns {
  const insert = db.prepare(
    `INSERT INTO run (id, name, snapshot_id, status, config, folds, job_id, created_at)
     VALUES (?, ?, ?, 'queued', ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    `UPDATE run SET status = coalesce(?, status), model_id = coalesce(?, model_id), job_id = coalesce(?, job_id),
       seconds = coalesce(?, seconds), hint = coalesce(?, hint), preview = coalesce(?, preview),
       error = CASE WHEN ? THEN ? ELSE error END
     WHERE id = ?`,
  );
  const saveEpoch = db.prepare(
    `INSERT INTO run_epoch (run_id, fold, epoch, epoch_row) VALUES (?, ?, ?, ?)
     ON CONFLICT (run_id, fold, epoch) DO UPDATE SET epoch_row = excluded.epoch_row`,
  );
  const select = db.prepare<[string], RunRow>('SELECT * FROM run WHERE id = ?');
  const selectAll = db.prepare<[], RunRow>('SELECT * FROM run ORDER BY created_at DESC, id');
  const selectEpochs = db
    .prepare<[string], string>('SELECT epoch_row FROM run_epoch WHERE run_id = ? ORDER BY fold, epoch')
    .pluck();

  const epochsOf = (runId: string) => selectEpochs.all(runId).map((json) => EpochRow.parse(JSON.parse(json)));

  function existing(runId: string): RunRow {
    const row = select.get(runId);
    if (row === undefined) throw new AppError('not-found', 'The workspace has no such run.');
    return row;
  }

  function change(runId: string, { status, modelId, jobId, seconds, hint, error, preview }: RunChange): RunSummary {
    const before = existing(runId);
    const texts = [preview === undefined ? null : JSON.stringify(preview)];
    // A run that goes on has no error any more.
    const setsError = error !== undefined || status === 'running';
    const errorValues = [setsError ? 1 : 0, error === undefined ? null : JSON.stringify(error)];
    const ids = [status ?? null, modelId ?? null, jobId ?? null, seconds ?? null, hint ?? null];
    update.run(...ids, ...texts, ...errorValues, runId);
    if (status !== undefined && status !== before.status) {
      const after = { status, modelId, error };
      writeAudit({ action: 'run.changed', entity: `run/${runId}`, before: { status: before.status }, after });
    }
    return summaryOf(existing(runId), epochsOf(runId));
  }

  function detailOf(row: RunRow): RunDetail {
    const epochs = epochsOf(row.id);
    return {
      summary: summaryOf(row, epochs),
      config: TrainingConfig.parse(JSON.parse(row.config)),
      epochs,
      preview: Preview.parse(JSON.parse(row.preview)),
      ...(row.hint !== null && { hint: row.hint }),
      ...(row.error !== null && { error: Failure.parse(JSON.parse(row.error)) }),
      ...(row.job_id !== null && { jobId: row.job_id }),
    };
  }

  return {
    addRun: ({ id, name, snapshotId, config, folds, jobId }) =>
      transact(db, () => {
        const now = new Date().toISOString();
        insert.run(id, name, snapshotId, JSON.stringify(config), folds ?? null, jobId ?? null, now);
        writeAudit({ action: 'run.created', entity: `run/${id}`, after: { snapshotId, config } });
        return summaryOf(existing(id), []);
      }),
    changeRun: (runId, runChange) => transact(db, () => change(runId, runChange)),
    addEpoch: (runId, row) =>
      transact(db, () => saveEpoch.run(runId, row.fold ?? 0, row.epoch, JSON.stringify(EpochRow.parse(row)))),
    runs: () => selectAll.all().map((row) => summaryOf(row, epochsOf(row.id))),
    run: (runId) => {
      const row = select.get(runId);
      return row && detailOf(row);
    },
  };
}
