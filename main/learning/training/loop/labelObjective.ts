import type { Loss } from '../../../contract/training/loss.ts';
import { AppError } from '../../../domain/errors.ts';
import { scoresFrom } from '../../../domain/statistics/scores.ts';
import type { TrainingCases } from '../trainingCases.ts';
import { classWeights } from './classObjective.ts';
import type { Objective, ObjectiveConfig } from './objective.ts';

/** log(1 + exp(z)) without overflow. */
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** Binary cross entropy of one label, easy ones weighing (1 - p of the truth)^gamma. */
function labelLoss(loss: Loss, logit: number, answer: number): number {
  const smoothing = 'smoothing' in loss ? loss.smoothing : 0;
  const gamma = loss.kind === 'focal' ? loss.gamma : 0;
  const yes = answer * (1 - smoothing) + smoothing / 2;
  // 1 - sigmoid(z) is exp(-softplus(z)).
  const side = (z: number, share: number): number =>
    share * softplus(-z) * (gamma === 0 ? 1 : Math.exp(-gamma * softplus(z)));
  return side(logit, yes) + side(-logit, 1 - yes);
}

/**
 * Several labels per case, each yes or no: a cross entropy of its own per label. In each label yes and no weigh by their
 * number of training cases as classes do; what was not answered weighs nothing.
 */
export function labelObjective(config: ObjectiveConfig, { train, answers, classes }: TrainingCases): Objective {
  const { loss, classWeights: how } = config;
  if (!answers) throw new Error('labels without their answers');
  if (loss.kind !== 'binary' && loss.kind !== 'focal')
    throw new AppError('invalid-input', 'Several labels are learned with binary cross entropy or the focal loss.');
  const weights = classes.map((_, label) => {
    const known = train.flatMap((i) => answers[i]?.[label] ?? []);
    return classWeights(known.map(Number), 2, how);
  });
  const answerOf = (caseIndex: number, label: number) => answers[caseIndex]?.[label];
  return {
    loss: { ...loss, isWeighedEach: true },
    weightsOf: (caseIndex) =>
      classes.map((_, label) => {
        const answer = answerOf(caseIndex, label);
        return answer === undefined ? 0 : (weights[label]?.[Number(answer)] ?? 1);
      }),
    targetsOf: (caseIndex) => classes.map((_, label) => Number(answerOf(caseIndex, label) ?? false)),
    scoresOf: (logits) => scoresFrom(logits, 'sigmoid'),
    lossesOf: (logits, caseIndex) =>
      classes.map((_, label) => labelLoss(loss, logits[label] ?? 0, Number(answerOf(caseIndex, label) ?? false))),
  };
}
