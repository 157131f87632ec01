import { logit, sigmoid } from './estimate.ts';

/** Class probabilities from logits, without overflow. */
export function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((l) => Math.exp(l - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / sum);
}

/** Logits, up to a constant that softmax takes out, from probabilities; a probability of 0 counts as 1e-12. */
export function logitsOfScores(scores: readonly number[]): number[] {
  return scores.map((p) => Math.log(Math.max(p, 1e-12)));
}

/** How logits become scores: of classes that exclude each other, of labels each yes or no, of a number as they are. */
export type Activation = 'softmax' | 'sigmoid' | 'identity';

export function scoresFrom(logits: readonly number[], activation: Activation): number[] {
  if (activation === 'softmax') return softmax(logits);
  return activation === 'sigmoid' ? logits.map(sigmoid) : [...logits];
}

/** The way back, finite where a score is 0 or 1. */
export function logitsFrom(scores: readonly number[], activation: Activation): number[] {
  if (activation === 'softmax') return logitsOfScores(scores);
  return activation === 'sigmoid' ? scores.map((p) => logit(Math.min(1 - 1e-12, Math.max(p, 1e-12)))) : [...scores];
}

/** Logits whose scores are the mean of the scores that each row of logits gives; of one row, that row. */
export function logitsOfMeanScores(rows: readonly (readonly number[])[], activation: Activation): number[] {
  const [first = []] = rows;
  if (rows.length === 1) return [...first];
  const scores = rows.map((row) => scoresFrom(row, activation));
  const means = first.map((_, k) => scores.reduce((sum, row) => sum + (row[k] ?? 0), 0) / rows.length);
  return logitsFrom(means, activation);
}

/** Mean of logit vectors. Each is centred first, so that a constant added to one case's logits changes nothing. */
export function meanLogits(vectors: readonly (readonly number[])[]): number[] {
  const sum = (vectors[0] ?? []).map(() => 0);
  for (const vector of vectors) {
    const centre = vector.reduce((a, b) => a + b, 0) / vector.length;
    vector.forEach((logit, i) => {
      sum[i] = (sum[i] ?? 0) + logit - centre;
    });
  }
  return sum.map((s) => s / vectors.length);
}

/** Index of the largest value, the first among equals. */
export function indexOfLargest(values: readonly number[]): number {
  return values.reduce((winner, value, i) => (value > (values[winner] ?? Number.NEGATIVE_INFINITY) ? i : winner), 0);
}
