import { orderByScore, weightedAuroc } from './auroc.ts';
import { aurocEstimate } from './aurocInterval.ts';
import { type BootstrapOptions, patientBootstrap } from './bootstrap.ts';
import type { Estimate } from './estimate.ts';

/** Yes or no of one case; undefined where it was not answered. */
export type LabelAnswer = boolean | undefined;

export interface LabelAuroc {
  /** Mean over the labels, undefined where one of them has no AUROC. */
  readonly macro: Estimate | undefined;
  readonly perLabel: readonly (Estimate | undefined)[];
}

interface AnsweredColumn {
  /** Positions of the answered cases. */
  readonly rows: readonly number[];
  readonly scores: readonly number[];
  readonly isPositive: readonly boolean[];
  readonly order: ReturnType<typeof orderByScore>;
}

function answeredColumn(
  scores: readonly (readonly number[])[],
  answers: readonly (readonly LabelAnswer[])[],
  label: number,
): AnsweredColumn {
  const rows = answers.flatMap((row, i) => (row[label] === undefined ? [] : [i]));
  const own = rows.map((i) => scores[i]?.[label] ?? Number.NaN);
  return { rows, scores: own, isPositive: rows.map((i) => answers[i]?.[label] === true), order: orderByScore(own) };
}

/**
 * AUROC of each label over the cases in which it was answered, and their plain mean. The mean's interval resamples
 * patients; where that does not vary, the mean of the labels' bounds. `scores[case][label]`, `answers[case][label]`.
 */
export function labelAuroc(
  scores: readonly (readonly number[])[],
  answers: readonly (readonly LabelAnswer[])[],
  patientIds: readonly string[],
  options: BootstrapOptions,
): LabelAuroc {
  const columns = (answers[0] ?? []).map((_, label) => answeredColumn(scores, answers, label));
  const perLabel = columns.map(({ rows, scores: own, isPositive }) =>
    aurocEstimate(
      own,
      isPositive,
      rows.map((i) => patientIds[i] ?? ''),
    ),
  );
  const present = perLabel.filter((estimate) => estimate !== undefined);
  if (present.length < perLabel.length || present.length === 0) return { macro: undefined, perLabel };
  const mean = (pick: (estimate: Estimate) => number) =>
    present.reduce((sum, estimate) => sum + pick(estimate), 0) / present.length;
  const interval = patientBootstrap(
    patientIds,
    (weights) => {
      let sum = 0;
      for (const { rows, scores: own, isPositive, order } of columns) {
        const drawn = Uint32Array.from(rows, (i) => weights[i] ?? 0);
        const value = weightedAuroc(own, isPositive, order, drawn);
        if (value === undefined) return undefined;
        sum += value;
      }
      return sum / columns.length;
    },
    options,
  );
  const counts = { value: mean((e) => e.value), n: scores.length, nPatients: new Set(patientIds).size };
  if (interval && interval.high - interval.low > 1e-12)
    return { macro: { ...counts, ...interval, method: 'patient-bootstrap' }, perLabel };
  const bounds = { low: mean((e) => e.low), high: mean((e) => e.high) };
  return { macro: { ...counts, ...bounds, method: 'mean-of-class-bounds' }, perLabel };
}
