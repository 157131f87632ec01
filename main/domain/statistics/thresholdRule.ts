import { type RocPoint, rocCurve } from './rocCurve.ts';

/** How a threshold is chosen on the validation split: never on the test split. */
export type ThresholdRule =
  | { readonly kind: 'youden' }
  | { readonly kind: 'sensitivity'; readonly atLeast: number }
  | { readonly kind: 'fixed'; readonly value: number };

export interface Threshold {
  /** Cases with score >= value are called positive. */
  readonly value: number;
  /** The rule in words, as results and model cards show it. */
  readonly rule: string;
}

/** Halfway to the next lower score, so that the same case with a rounding error stays on its side. */
function midpointBelow(points: readonly RocPoint[], index: number): number {
  const here = points[index]?.threshold ?? 0;
  const next = points[index + 1]?.threshold;
  return next === undefined || next === null ? here : (here + next) / 2;
}

function best(points: readonly RocPoint[], merit: (point: RocPoint) => number): number {
  let winner = 1;
  for (let i = 2; i < points.length; i++) {
    const [a, b] = [points[i], points[winner]];
    if (a && b && merit(a) > merit(b) + 1e-12) winner = i;
  }
  return winner;
}

/**
 * The threshold of a rule on validation scores. Youden (Cancer 3:32-35, 1950): the largest sensitivity + specificity - 1,
 * among equals the most even pair; sensitivity: the highest threshold that reaches it. Undefined where a class is
 * absent from the validation cases and the rule needs both.
 */
export function chooseThreshold(
  rule: ThresholdRule,
  scores: readonly number[],
  isPositive: readonly boolean[],
): Threshold | undefined {
  if (rule.kind === 'fixed') return { value: rule.value, rule: `fixed at ${rule.value}` };
  const points = rocCurve(scores, isPositive);
  if (points.length === 0) return undefined;
  if (rule.kind === 'youden') {
    const merit = ({ truePositiveRate: t, falsePositiveRate: f }: RocPoint) => t - f - 1e-6 * Math.abs(t + f - 1);
    return { value: midpointBelow(points, best(points, merit)), rule: 'largest Youden index on validation' };
  }
  const reached = points.findIndex((p) => p.threshold !== null && p.truePositiveRate >= rule.atLeast - 1e-12);
  const text = `sensitivity of at least ${rule.atLeast} on validation`;
  return { value: midpointBelow(points, reached), rule: text };
}
