import {
  type ClassEvaluation,
  EvaluatedCase,
  type EvaluatedClass,
  type EvaluatedLabels,
  Evaluation,
} from '../../contract/evaluations.ts';
import type { WriteAudit } from '../truth/openAudit.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { Evaluations, StoredCase } from './runs.ts';

/** Score of the true class: the lower, the more wrong; 1 where the class is not among the model's. */
function trueScore({ classes, task }: ClassEvaluation, { trueClass, scores }: EvaluatedClass): number {
  const truth = classes.indexOf(trueClass);
  // Of ordered grades a far miss is worse than a near one: 1 less the expected distance, as a share of the longest.
  if (task === 'ordinal')
    return 1 - scores.reduce((sum, score, k) => sum + score * Math.abs(k - truth), 0) / (classes.length - 1);
  return scores[truth] ?? 1;
}

/** Score of the answer that was given, of the label that is furthest from it. */
const leastRight = ({ answers, scores }: EvaluatedLabels): number =>
  Math.min(
    1,
    ...answers.flatMap((answer, i) => (answer === null ? [] : [answer ? (scores[i] ?? 0) : 1 - (scores[i] ?? 0)])),
  );

/** By what a case is found and ordered: the classes of its cell, where it has one, and how right it is. */
function placeOf(evaluation: Evaluation, value: StoredCase): readonly [string, string, number] {
  if (value.kind === 'number') return ['', '', -Math.abs(value.predicted - value.truth)];
  if (value.kind === 'labels') return ['', '', leastRight(value)];
  if (!('classes' in evaluation)) throw new Error(`a class in an evaluation of ${evaluation.task}`);
  return [value.trueClass, value.predictedClass, trueScore(evaluation, value)];
}

export function evaluationTable(db: Db, writeAudit: WriteAudit): Evaluations {
  const insert = db.prepare(
    'INSERT INTO evaluation (id, model_id, snapshot_id, created_at, evaluation) VALUES (?, ?, ?, ?, ?)',
  );
  const insertCase = db.prepare(
    `INSERT INTO evaluation_case (evaluation_id, position, true_class, predicted_class, true_score, case_value)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const selectAll = db
    .prepare<[{ modelId: string | null }], string>(
      `SELECT evaluation FROM evaluation WHERE @modelId IS NULL OR model_id = @modelId ORDER BY created_at DESC, rowid DESC`,
    )
    .pluck();
  const select = db.prepare<[string], string>('SELECT evaluation FROM evaluation WHERE id = ?').pluck();
  const selectCases = db
    .prepare<[Record<string, string | number | null>], string>(
      `SELECT case_value FROM evaluation_case
       WHERE evaluation_id = @evaluationId AND (@trueClass IS NULL OR true_class = @trueClass)
         AND (@predictedClass IS NULL OR predicted_class = @predictedClass)
       ORDER BY true_score, position LIMIT @limit OFFSET @offset`,
    )
    .pluck();
  const insertLook = db.prepare('INSERT INTO test_look (model_id, snapshot_id, split, ts_utc) VALUES (?, ?, ?, ?)');
  const countLooks = db
    .prepare<[string, string, string], number>(
      'SELECT count(*) FROM test_look WHERE model_id = ? AND snapshot_id = ? AND split = ?',
    )
    .pluck();
  const evaluationOf = (json: string): Evaluation => Evaluation.parse(JSON.parse(json));
  const looks = (modelId: string, snapshotId: string, split: string): number =>
    countLooks.get(modelId, snapshotId, split) ?? 0;

  return {
    addEvaluation(evaluation, cases) {
      const { id, modelId, snapshotId, createdAt, split } = evaluation;
      transact(db, () => {
        insert.run(id, modelId, snapshotId, createdAt, JSON.stringify(Evaluation.parse(evaluation)));
        cases.forEach((value, position) => {
          insertCase.run(id, position, ...placeOf(evaluation, value), JSON.stringify(value));
        });
        writeAudit({ action: 'evaluation.created', entity: `evaluation/${id}`, after: { modelId, snapshotId, split } });
      });
    },
    evaluations: (modelId) => selectAll.all({ modelId: modelId ?? null }).map(evaluationOf),
    evaluation: (evaluationId) => {
      const json = select.get(evaluationId);
      return json === undefined ? undefined : evaluationOf(json);
    },
    evaluationCases: (evaluationId, { trueClass, predictedClass, limit = 2000, offset = 0 } = {}) =>
      selectCases
        .all({ evaluationId, trueClass: trueClass ?? null, predictedClass: predictedClass ?? null, limit, offset })
        .map((json) => EvaluatedCase.parse(JSON.parse(json))),
    recordLook: (modelId, snapshotId, split) =>
      transact(db, () => {
        insertLook.run(modelId, snapshotId, split, new Date().toISOString());
        const count = looks(modelId, snapshotId, split);
        writeAudit({ action: 'test-split.looked-at', entity: `model/${modelId}`, after: { snapshotId, split, count } });
        return count;
      }),
    looks,
  };
}
