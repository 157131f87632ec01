import type {
  ClassEvaluation,
  EvaluatedCase,
  EvaluatedClass,
  EvaluatedLabels,
  Evaluation,
} from '../../../contract/evaluations.ts';
import type { AppClient } from '../../../contract/index.ts';

const casesOfPage = 2000;

type Cell = { readonly trueClass?: string; readonly predictedClass?: string };

async function* casesOf(client: AppClient, evaluationId: string, cell: Cell): AsyncGenerator<EvaluatedCase> {
  for (let offset = 0; ; offset += casesOfPage) {
    const { cases } = await client['evaluations.cases']({ evaluationId, ...cell, limit: casesOfPage, offset });
    yield* cases;
    if (cases.length < casesOfPage) return;
  }
}

/** Cell by cell of the confusion matrix. */
const cellsOf = ({ classes }: ClassEvaluation): Cell[] =>
  classes.flatMap((trueClass) => classes.map((predictedClass) => ({ trueClass, predictedClass })));

/** Which network judged the case, from 1; a list where repeated folds tested it several times, null where there are no folds. */
const foldOf = ({ folds = [] }: EvaluatedCase): number | number[] | null =>
  folds.length > 1 ? folds : (folds[0] ?? null);

const classPart = (one: EvaluatedClass, classes: readonly string[]): object => ({
  true: one.trueClass,
  predicted: one.predictedClass,
  scores: Object.fromEntries(classes.map((name, index) => [name, one.scores[index]])),
  fold: foldOf(one),
  threshold: one.threshold ?? null,
});

/** An answer that was not given is null. */
const labelPart = (one: EvaluatedLabels, labels: readonly string[]): object => {
  const byLabel = (values: readonly unknown[]) => Object.fromEntries(labels.map((label, i) => [label, values[i]]));
  return { true: byLabel(one.answers), predicted: byLabel(one.called), scores: byLabel(one.scores), fold: foldOf(one) };
};

function predictionLine(one: EvaluatedCase, evaluation: Evaluation): object {
  const place = { case: one.caseIndex, patient_id: one.patientId, imageId: one.imageId };
  if (one.kind === 'number') return { ...place, true: one.truth, predicted: one.predicted, fold: foldOf(one) };
  if (one.kind === 'labels') return { ...place, ...labelPart(one, 'labels' in evaluation ? evaluation.labels : []) };
  if (!('classes' in evaluation)) throw new Error(`a class in an evaluation of ${evaluation.task}`);
  return { ...place, ...classPart(one, evaluation.classes) };
}

/** One JSON line per evaluated case, page by page. */
export async function* predictionLines(client: AppClient, evaluation: Evaluation): AsyncGenerator<string> {
  const cells: Cell[] = 'classes' in evaluation ? cellsOf(evaluation) : [{}];
  for (const cell of cells)
    for await (const one of casesOf(client, evaluation.id, cell))
      yield `${JSON.stringify(predictionLine(one, evaluation))}\n`;
}
