/** A working point: cases with score >= threshold are called positive. The first point calls none (threshold null). */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  readonly threshold: number | null;
}

/**
 * The empirical ROC curve from (0, 0) to (1, 1), one point per distinct score, highest first. Empty where a class is
 * absent. Its trapezoid area is the AUROC.
 */
export function rocCurve(scores: readonly number[], isPositive: readonly boolean[]): RocPoint[] {
  const nPositive = isPositive.filter(Boolean).length;
  const nNegative = scores.length - nPositive;
  if (nPositive === 0 || nNegative === 0) return [];
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: null }];
  let truePositives = 0;
  let falsePositives = 0;
  order.forEach((caseIndex, i) => {
    if (isPositive[caseIndex]) truePositives += 1;
    else falsePositives += 1;
    const threshold = scores[caseIndex] ?? 0;
    if (i + 1 < order.length && scores[order[i + 1] ?? 0] === threshold) return;
    points.push({
      falsePositiveRate: falsePositives / nNegative,
      truePositiveRate: truePositives / nPositive,
      threshold,
    });
  });
  return points;
}
