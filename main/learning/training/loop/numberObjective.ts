import type { Loss } from '../../../contract/training/loss.ts';
import { AppError } from '../../../domain/errors.ts';
import type { TrainingCases } from '../trainingCases.ts';
import type { Objective } from './objective.ts';

/** Of a standardised number: (logit - target)^2, or Huber's (1964): half of it up to delta, a straight line beyond. */
function numberLoss(loss: Loss, difference: number): number {
  if (loss.kind === 'huber') {
    const near = Math.min(Math.abs(difference), loss.delta);
    return near * (Math.abs(difference) - near / 2);
  }
  return difference ** 2;
}

/** A number per case. The network learns it in standard deviations from the mean of the training part. */
export function numberObjective(loss: Loss, { truths, standard }: TrainingCases): Objective {
  if (!standard) throw new Error('a number without its mean and spread');
  const { mean, standardDeviation } = standard;
  if (!(standardDeviation > 0))
    throw new AppError('missing-class', 'All training cases have the same number: there is nothing to learn.');
  const standardised = (caseIndex: number): number => ((truths[caseIndex] ?? 0) - mean) / standardDeviation;
  return {
    loss,
    weightsOf: () => [1],
    targetsOf: (caseIndex) => [standardised(caseIndex)],
    scoresOf: ([logit = 0]) => [mean + standardDeviation * logit],
    lossesOf: ([logit = 0], caseIndex) => [numberLoss(loss, logit - standardised(caseIndex))],
  };
}
