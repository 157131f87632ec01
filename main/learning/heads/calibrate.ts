import { minimize } from '../evaluation/lbfgs.ts';
import { type Calibration, logitsOfDecision } from './linearHead.ts';
import { weightedLogLoss } from './logLoss.ts';

/**
 * Makes decision values of a support vector machine into logits, on validation cases. Two classes: Platt's sigmoid with
 * his smoothed targets ("Probabilistic outputs for support vector machines", 1999; Lin, Lin and Weng, 2007). More:
 * one factor for all (temperature).
 */
export function calibrate(
  values: readonly (readonly number[])[],
  classes: readonly number[],
  weights: readonly number[],
): Calibration {
  return (values[0]?.length ?? 1) === 1 ? platt(values, classes) : temperature(values, classes, weights);
}

function platt(values: readonly (readonly number[])[], classes: readonly number[]): Calibration {
  const positives = classes.filter((k) => k === 1).length;
  const negatives = classes.length - positives;
  const targets = classes.map((k) => (k === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2)));
  const [slope = 1, shift = 0] = minimize(
    ([a = 0, b = 0], gradient) => {
      let loss = 0;
      gradient.fill(0);
      values.forEach(([f = 0], i) => {
        const z = a * f + b;
        const p = 1 / (1 + Math.exp(-z));
        const target = targets[i] ?? 0;
        loss += (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z))) - target * z;
        gradient[0] = (gradient[0] ?? 0) + (p - target) * f;
        gradient[1] = (gradient[1] ?? 0) + (p - target);
      });
      return loss;
    },
    Float64Array.of(1, 0),
    { maxIterations: 200, tolerance: 1e-8 },
  );
  // A sigmoid that falls would turn the ranking round: too few cases say so, and the scores then stay as they are.
  return slope > 0 ? { slope, shift } : { slope: 1, shift: 0 };
}

/** Golden-section search over the logarithm of the factor. */
function temperature(
  values: readonly (readonly number[])[],
  classes: readonly number[],
  weights: readonly number[],
): Calibration {
  const lossAt = (log: number) =>
    weightedLogLoss(
      values.map((row) => logitsOfDecision(row, { slope: Math.exp(log), shift: 0 })),
      classes,
      weights,
    );
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [-4, 4];
  for (let i = 0; i < 40; i++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (lossAt(a) < lossAt(b)) high = b;
    else low = a;
  }
  return { slope: Math.exp((low + high) / 2), shift: 0 };
}
