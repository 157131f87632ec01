import type { SplitPlan } from './assignSplits.ts';
import type { CaseCandidate } from './candidates.ts';
import { type CaseSelection, refuseOneSided } from './selectCases.ts';

/** Throws `missing-class` where a training part lacks yes or no of a label: nothing could be learned of it there. */
export function refuseUnlearnable<C extends Pick<CaseCandidate, 'targets'>>(
  cases: readonly C[],
  splits: SplitPlan,
  { classes }: Pick<CaseSelection, 'classes'>,
): void {
  const plans = splits.kind === 'folds' ? splits.folds : [splits.parts];
  plans.forEach((parts, fold) => {
    const train = cases.filter((_, i) => parts[i] === 'train');
    const where = splits.kind === 'folds' ? `training cases of fold ${fold + 1}` : 'training cases';
    refuseOneSided({ cases: train, classes }, where);
  });
}
