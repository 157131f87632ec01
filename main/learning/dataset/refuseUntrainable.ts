import { AppError } from '../../domain/errors.ts';
import type { SplitPlan } from './assignSplits.ts';
import type { CaseCandidate } from './candidates.ts';
import { countExclusions } from './exclusions.ts';
import type { CaseSelection } from './selectCases.ts';

/** Throws `no-eligible-cases` or `missing-class` where nothing can be trained on the selection. */
export function refuseUntrainable(
  selection: Pick<CaseSelection, 'cases' | 'classes'> & Partial<Pick<CaseSelection, 'task' | 'exclusions'>>,
): void {
  if (selection.cases.length === 0) {
    const [most] = countExclusions(selection.exclusions ?? []);
    const why = most ? ` Left out ${most.n}: ${most.message}` : '';
    throw new AppError('no-eligible-cases', `No labelled case can be used: see what was left out and why.${why}`);
  }
  if (selection.task === 'regression') {
    if (new Set(selection.cases.map((c) => c.className)).size > 1) return;
    throw new AppError('missing-class', 'All usable cases have the same number: there is nothing to learn.');
  }
  if (selection.task === 'multi-label') {
    refuseOneSided(selection);
    return;
  }
  if (selection.classes.length < 2)
    throw new AppError('missing-class', `All usable cases are "${selection.classes[0]}": two classes are needed.`);
  if (selection.task === 'ordinal' && selection.classes.length < 3)
    throw new AppError(
      'missing-class',
      'Usable cases have two grades only: ordered grades need three or more. Choose classification instead.',
    );
}

/** Throws `missing-class` where a label has only one answer among the cases. */
export function refuseOneSided(
  {
    cases,
    classes,
  }: { readonly cases: readonly Pick<CaseCandidate, 'targets'>[]; readonly classes: readonly string[] },
  where = 'usable cases',
): void {
  classes.forEach((name, label) => {
    const answers = new Set(cases.flatMap(({ targets }) => targets?.[label] ?? []));
    const missing = [0, 1].find((answer) => !answers.has(answer));
    if (missing === undefined) return;
    throw new AppError(
      'missing-class',
      `No case among the ${where} has the answer ${missing ? 'yes' : 'no'} to "${name}".`,
    );
  });
}

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
