import type { TrainingConfig } from '../../../contract/training.ts';
import type { LossConfig } from '../../network/loss.ts';

/**
 * What a training makes small and how its outcome is read, for the task of its dataset. The graph of a step and the sum
 * over validation cases are the same formula.
 */
export interface Objective {
  /** For the graph of a step. */
  readonly loss: LossConfig;
  /** How much a case weighs: one number, or one per output where each has a loss of its own. */
  weightsOf(caseIndex: number, part: 'training' | 'validation'): readonly number[];
  /** The step's targets of a case, one number per output. */
  targetsOf(caseIndex: number): readonly number[];
  /** What the network says, in the terms of the task: shares of classes, or a number in its unit. */
  scoresOf(logits: readonly number[]): number[];
  /** Losses of one case, unweighted, as many as it has weights. */
  lossesOf(logits: readonly number[], caseIndex: number): readonly number[];
}

export type ObjectiveConfig = Pick<TrainingConfig, 'loss' | 'classWeights' | 'sampling'>;

export interface ScoredCases {
  /** Weighted mean. */
  readonly loss: number;
  /** [case][class] */
  readonly scores: readonly (readonly number[])[];
}

/** Loss and scores of validation cases from their logits. */
export function scoreCases(
  objective: Objective,
  logits: readonly (readonly number[])[],
  cases: readonly number[],
): ScoredCases {
  let sum = 0;
  let total = 0;
  logits.forEach((row, i) => {
    const caseIndex = cases[i] ?? 0;
    const losses = objective.lossesOf(row, caseIndex);
    objective.weightsOf(caseIndex, 'validation').forEach((weight, k) => {
      sum += weight * (losses[k] ?? 0);
      total += weight;
    });
  });
  return { loss: sum / total, scores: logits.map((row) => objective.scoresOf(row)) };
}
