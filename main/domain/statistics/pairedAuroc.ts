import { auroc, orderByScore, weightedAuroc } from './auroc.ts';
import { type BootstrapOptions, patientBootstrap } from './bootstrap.ts';
import { type Estimate, indexPatients } from './estimate.ts';

/** Scores of the same cases by two models. */
export interface ScorePair {
  readonly own: readonly number[];
  readonly other: readonly number[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * AUROC of one model less that of another on the same cases, as a mean over pairs of models (of several seeds, say), with a
 * percentile interval over resamples of patients: what two models have in common cancels out. Undefined where a class is
 * absent.
 */
export function pairedAurocDifference(
  pairs: readonly ScorePair[],
  isPositive: readonly boolean[],
  patientIds: readonly string[],
  options: BootstrapOptions,
): Estimate | undefined {
  const lists = pairs.flatMap(({ own, other }) => [own, other]);
  if (pairs.length === 0 || lists.some(({ length }) => length !== isPositive.length))
    throw new Error('paired scores are of the same cases');
  const plain = pairs.map(({ own, other }) => (auroc(own, isPositive) ?? Number.NaN) - (auroc(other, isPositive) ?? 0));
  if (plain.some(Number.isNaN)) return undefined;
  const ordered = pairs.map(({ own, other }) => ({
    ...{ own, other, order: orderByScore(own), orderOfOther: orderByScore(other) },
  }));
  const difference = (weights: Uint32Array): number | undefined => {
    const drawn = ordered.map(({ own, order, other, orderOfOther }) => {
      const a = weightedAuroc(own, isPositive, order, weights);
      const b = weightedAuroc(other, isPositive, orderOfOther, weights);
      return a === undefined || b === undefined ? Number.NaN : a - b;
    });
    return drawn.some(Number.isNaN) ? undefined : mean(drawn);
  };
  const interval = patientBootstrap(patientIds, difference, options);
  if (!interval) return undefined;
  const nPatients = indexPatients(patientIds).count;
  return { value: mean(plain), ...interval, n: isPositive.length, nPatients, method: 'patient-bootstrap' };
}
