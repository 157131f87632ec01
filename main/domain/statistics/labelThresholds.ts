import type { LabelAnswer } from './labelAuroc.ts';
import { chooseThreshold, type Threshold } from './thresholdRule.ts';

/**
 * One threshold per label by Youden's index over the validation cases in which it was answered; 0.5 where these have one
 * answer only. `scores[case][label]`, `answers[case][label]`.
 */
export function labelThresholds(
  labels: number,
  scores: readonly (readonly number[])[],
  answers: readonly (readonly LabelAnswer[])[],
): Threshold[] {
  return Array.from({ length: labels }, (_, label) => {
    const rows = answers.flatMap((row, i) => (row[label] === undefined ? [] : [i]));
    const chosen = chooseThreshold(
      { kind: 'youden' },
      rows.map((i) => scores[i]?.[label] ?? 0),
      rows.map((i) => answers[i]?.[label] === true),
    );
    return chosen ?? { value: 0.5, rule: 'fixed at 0.5: validation has one answer only' };
  });
}
