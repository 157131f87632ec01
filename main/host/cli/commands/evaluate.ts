import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { AppClient } from '../../../contract/index.ts';
import { type Evaluation, modelMethods, type UnitMetrics } from '../../../contract/models.ts';
import { viewsText } from '../../../contract/testTimeAugmentation.ts';
import { type CliCommand, checkInput, defined } from '../command.ts';
import { finishJob } from '../followJob.ts';
import { viewsOption } from '../viewsOption.ts';

const Done = z.object({ evaluationId: z.string() });

export const evaluate: CliCommand = {
  summary: 'measure a model on held-out cases',
  usage:
    'evaluate --model ID [--snapshot ID] [--split test] [--predictions FILE] [--tta none|small|mirrored|key=value,...]',
  options: {
    model: { type: 'string' },
    snapshot: { type: 'string' },
    split: { type: 'string' },
    predictions: { type: 'string' },
    tta: { type: 'string' },
  },
  positionals: [0, 0],
  run: async (args, context) => {
    const { output, openCore } = context;
    const typed = {
      ...{ modelId: args.needText('model'), snapshotId: args.text('snapshot'), split: args.text('split') },
      tta: viewsOption(args.text('tta')),
    };
    const input = checkInput(modelMethods['models.evaluate'].input, defined(typed));
    const core = await openCore();
    const { jobId } = await core.client['models.evaluate'](input);
    const { evaluationId } = Done.parse(await finishJob(core, jobId, context));
    const evaluation = await core.client['evaluations.get']({ evaluationId });
    const file = args.path('predictions');
    if (file) await writePredictions(core.client, evaluation, file);
    output.result(evaluationLine(evaluation), describeEvaluation(evaluation));
    return 0;
  },
};

export function evaluationLine(evaluation: Evaluation): object {
  const { perCase, perPatient, perPatientReason, threshold, baselines } = evaluation;
  return {
    model: evaluation.modelId,
    snapshot: evaluation.snapshotId,
    evaluation: evaluation.id,
    split: evaluation.split,
    out_of_fold: evaluation.outOfFold,
    ...(evaluation.task ? { task: evaluation.task } : {}),
    ...(evaluation.tta ? { tta: evaluation.tta } : {}),
    unit: evaluation.unit,
    classes: evaluation.classes,
    positive: evaluation.positive ?? null,
    per_case: metricsLine(perCase),
    per_patient: perPatient ? metricsLine(perPatient) : null,
    ...(perPatientReason === undefined ? {} : { per_patient_reason: perPatientReason }),
    ...(evaluation.folds === undefined ? {} : { folds: evaluation.folds.map(foldLine) }),
    threshold,
    baselines,
    looks: evaluation.looks,
  };
}

type Fold = NonNullable<Evaluation['folds']>[number];

const foldLine = ({ title, nCases, nPatients, auroc, kappa }: Fold): object => ({
  title,
  n_cases: nCases,
  n_patients: nPatients,
  ...(kappa ? { kappa } : { auroc: auroc ?? null }),
});

function metricsLine(metrics: UnitMetrics): object {
  return {
    n_cases: metrics.nCases,
    n_patients: metrics.nPatients,
    auroc: metrics.auroc ?? null,
    sensitivity: metrics.sensitivity ?? null,
    specificity: metrics.specificity ?? null,
    accuracy: metrics.accuracy,
    balanced_accuracy: metrics.balancedAccuracy,
    brier: metrics.brier,
    ...(metrics.kappa ? { kappa: metrics.kappa } : {}),
    ...(metrics.meanAbsoluteError ? { mean_absolute_error: metrics.meanAbsoluteError } : {}),
    ...(metrics.perClass ? { per_class: Object.fromEntries(metrics.perClass.map(classLine)) } : {}),
    confusion: metrics.confusion,
  };
}

const classLine = (figures: NonNullable<UnitMetrics['perClass']>[number]): [string, object] => [
  figures.name,
  {
    n_cases: figures.nCases,
    n_patients: figures.nPatients,
    auroc: figures.auroc ?? null,
    sensitivity: figures.sensitivity ?? null,
    specificity: figures.specificity ?? null,
    ppv: figures.ppv ?? null,
  },
];

/** Cell by cell of the confusion matrix, page by page. */
async function writePredictions(client: AppClient, { id, classes }: Evaluation, file: string): Promise<void> {
  const lines: string[] = [];
  for (const trueClass of classes)
    for (const predictedClass of classes)
      for await (const one of casesOf(client, { evaluationId: id, trueClass, predictedClass }))
        lines.push(`${JSON.stringify(predictionLine(one, classes))}\n`);
  writeFileSync(file, lines.join(''));
}

const casesOfPage = 2000;

type Cell = Readonly<Record<'evaluationId' | 'trueClass' | 'predictedClass', string>>;

async function* casesOf(client: AppClient, cell: Cell): AsyncGenerator<EvaluatedCase> {
  for (let offset = 0; ; offset += casesOfPage) {
    const { cases } = await client['evaluations.cases']({ ...cell, limit: casesOfPage, offset });
    yield* cases;
    if (cases.length < casesOfPage) return;
  }
}

type EvaluatedCase = Awaited<ReturnType<AppClient['evaluations.cases']>>['cases'][number];

const predictionLine = (one: EvaluatedCase, classes: readonly string[]): object => ({
  case: one.caseIndex,
  patient_id: one.patientId,
  imageId: one.imageId,
  true: one.trueClass,
  predicted: one.predictedClass,
  scores: Object.fromEntries(classes.map((name, index) => [name, one.scores[index]])),
  fold: foldOf(one),
  threshold: one.threshold ?? null,
});

/** Which network judged the case, from 1; a list where repeated folds tested it several times, null where there are no folds. */
const foldOf = ({ folds = [] }: EvaluatedCase): number | number[] | null =>
  folds.length > 1 ? folds : (folds[0] ?? null);

function describeEvaluation(evaluation: Evaluation): string {
  const { perCase, perPatient, perPatientReason, threshold, looks, classes } = evaluation;
  return [
    `${evaluation.outOfFold ? 'out-of-fold' : evaluation.split}, ${describeThreshold(threshold)}, look ${looks}`,
    ...(evaluation.tta ? [viewsText(evaluation.tta)] : []),
    describeMetrics(`per ${evaluation.unit}`, perCase),
    perPatient ? describeMetrics('per patient', perPatient) : `per patient: ${perPatientReason ?? 'not given'}`,
    ...(perCase.perClass ?? []).map(
      ({ name, nCases, auroc }) => `${name} against the rest: n ${nCases}, AUROC ${describeInterval(auroc)}`,
    ),
    ...(evaluation.folds ?? []).map(
      ({ title, nCases, auroc, kappa }) => `${title}: n ${nCases}, ${describeFigure({ auroc, kappa })}`,
    ),
    ...evaluation.baselines.map(({ name, auroc, kappa }) => `${name}: ${describeFigure({ auroc, kappa })}`),
    `confusion (rows true, columns predicted: ${classes.join(', ')}): ${JSON.stringify(perCase.confusion)}`,
  ].join('\n');
}

const describeThreshold = ({ value, rule }: Evaluation['threshold']): string =>
  value === null ? rule : `threshold ${value.toFixed(3)} (${rule})`;

const describeFigure = ({ auroc, kappa }: { auroc?: Figure; kappa?: Figure }): string =>
  kappa ? `weighted kappa ${describeInterval(kappa)}` : `AUROC ${describeInterval(auroc)}`;

const describeMetrics = (unit: string, metrics: UnitMetrics): string =>
  metrics.kappa ? describeGrades(unit, metrics) : describeClasses(unit, metrics);

const describeGrades = (unit: string, metrics: UnitMetrics): string =>
  `${unit}: n ${metrics.nCases} of ${metrics.nPatients} patients, ${describeFigure(metrics)}, ` +
  `mean distance ${describeInterval(metrics.meanAbsoluteError)} grades, right ${describeInterval(metrics.accuracy)}`;

const describeClasses = (unit: string, metrics: UnitMetrics): string =>
  `${unit}: n ${metrics.nCases} of ${metrics.nPatients} patients, AUROC ${describeInterval(metrics.auroc)}, ` +
  `sensitivity ${describeInterval(metrics.sensitivity)}, specificity ${describeInterval(metrics.specificity)}`;

type Figure = UnitMetrics['auroc'];

const describeInterval = (interval: Figure): string =>
  interval
    ? `${interval.value.toFixed(3)} (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`
    : 'not defined here';
