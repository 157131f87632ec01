import { Evaluation } from '../../contract/evaluations.ts';
import { ModelCard, type ModelSummary } from '../../contract/models.ts';
import type { WriteAudit } from '../truth/openAudit.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { WorkspacePaths } from '../workspace/workspacePaths.ts';
import type { Models, StoredModel } from './runs.ts';

interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly card: string;
  readonly path: string;
  readonly size_bytes: number;
  readonly run_id: string | null;
  readonly snapshot_id: string | null;
  readonly created_at: string;
  readonly evaluation: string | null;
}

/** What the latest evaluation says, for the list of models. */
function evaluated(
  json: string | null,
): Pick<ModelSummary, 'auroc' | 'kappa' | 'meanAbsoluteError' | 'cases' | 'evaluationId'> {
  if (json === null) return {};
  const evaluation = Evaluation.parse(JSON.parse(json));
  const { id } = evaluation;
  const tested = { cases: evaluation.perCase.nCases, evaluationId: id };
  if (evaluation.task === 'regression') return { meanAbsoluteError: evaluation.perCase.meanAbsoluteError, ...tested };
  if (evaluation.task === 'multi-label')
    return { ...(evaluation.perCase.macro && { auroc: evaluation.perCase.macro }), ...tested };
  const { perCase } = evaluation;
  // Of ordered grades AUROC is not what counts.
  const auroc = perCase.kappa ? undefined : perCase.auroc;
  return {
    ...(auroc && { auroc }),
    ...(perCase.kappa && { kappa: perCase.kappa }),
    ...tested,
  };
}

const scaleOf = ({ unit, minimum, maximum }: NonNullable<ModelCard['number']>) => ({ unit, minimum, maximum });

function modelOf(row: ModelRow, { fromStored }: WorkspacePaths): StoredModel {
  const card = ModelCard.parse(JSON.parse(row.card));
  const summary: ModelSummary = {
    id: row.id,
    name: row.name,
    architecture: card.architecture,
    classes: card.classes,
    ...(card.positive !== undefined && { positive: card.positive }),
    unit: card.unit,
    ...(card.task !== 'classification' && { task: card.task }),
    ...(card.number && { number: scaleOf(card.number) }),
    ...(row.run_id !== null && { runId: row.run_id }),
    ...(row.snapshot_id !== null && { snapshotId: row.snapshot_id }),
    ...(card.folds !== undefined && { folds: card.folds }),
    ...(card.preprocessing?.slices && { slices: card.preprocessing.slices.count }),
    ...evaluated(row.evaluation),
    createdAt: row.created_at,
  };
  return { summary, card, path: fromStored(row.path), sizeBytes: row.size_bytes };
}

export function modelTable(db: Db, writeAudit: WriteAudit, paths: WorkspacePaths): Models {
  const insert = db.prepare(
    `INSERT INTO model (id, name, card, path, size_bytes, run_id, snapshot_id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const base = `
    SELECT model.*, (SELECT evaluation FROM evaluation WHERE model_id = model.id
      ORDER BY created_at DESC, evaluation.rowid DESC LIMIT 1) AS evaluation
    FROM model`;
  const selectAll = db.prepare<[], ModelRow>(`${base} ORDER BY created_at DESC, model.rowid DESC`);
  const selectById = db.prepare<[string], ModelRow>(`${base} WHERE id = ?`);
  const selectByName = db.prepare<[string], ModelRow>(
    `${base} WHERE name = ? ORDER BY created_at DESC, model.rowid DESC LIMIT 1`,
  );
  const model = (idOrName: string): StoredModel | undefined => {
    const row = selectById.get(idOrName) ?? selectByName.get(idOrName);
    return row && modelOf(row, paths);
  };
  return {
    addModel: ({ id, name, card, path, sizeBytes, runId, snapshotId }) =>
      transact(db, () => {
        const createdAt = new Date().toISOString();
        const place = [paths.toStored(path), sizeBytes];
        insert.run(id, name, JSON.stringify(card), ...place, runId ?? null, snapshotId ?? null, createdAt);
        // The card lists the patients seen: the log names the model only.
        const after = { name, runId, snapshotId, architecture: card.architecture };
        writeAudit({ action: 'model.created', entity: `model/${id}`, after });
        const added = model(id);
        if (added === undefined) throw new Error(`model ${id} vanished`);
        return added.summary;
      }),
    models: () => selectAll.all().map((row) => modelOf(row, paths).summary),
    model,
  };
}
