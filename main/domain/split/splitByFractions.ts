import { AppError } from '../errors.ts';
import { finish, type Steps } from '../steps.ts';
import { dealGroupsInSteps } from './dealGroups.ts';
import { linkPatientsInSteps, type PatientGroup } from './linkPatients.ts';
import { type SplitAssignment, type SplitCase, type SplitFinding, type SplitName, splitNames } from './splitCase.ts';
import { groupFindings, refuseLeaks, refuseMissingClasses, refuseTooFewPatients, sizeFindings } from './splitChecks.ts';

export interface SplitFractions {
  readonly train: number;
  readonly val: number;
  /** 0 keeps no test split: the model is then evaluated on another snapshot. */
  readonly test: number;
}

export interface SplitResult {
  readonly assignment: SplitAssignment;
  readonly findings: readonly SplitFinding[];
}

/** Marks every case of the groups as belonging to a part. */
export function assignAll(into: Map<string, SplitName>, groups: readonly PatientGroup[], part: SplitName): void {
  for (const group of groups) for (const c of group.cases) into.set(c.caseId, part);
}

/**
 * Splits cases by patient, stratified by class, seeded. The result depends on ids, classes and seed, not on the order
 * of `cases`. Throws `invalid-input` for fractions that do not sum to 1, `too-few-patients`, `missing-class`.
 */
export function* splitByFractionsInSteps(
  cases: readonly SplitCase[],
  fractions: SplitFractions,
  seed: number,
): Steps<SplitResult> {
  const shares = splitNames.map((name) => fractions[name]);
  const sum = shares.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) > 1e-6 || fractions.train <= 0 || fractions.val <= 0 || fractions.test < 0) {
    throw new AppError(
      'invalid-input',
      'Split fractions are train, val and test, sum to 1, and train and val are not 0.',
    );
  }
  const groups = yield* linkPatientsInSteps(cases);
  const parts = splitNames.filter((name) => fractions[name] > 0);
  refuseTooFewPatients(groups, parts.length);
  const assignment = new Map<string, SplitName>();
  for (const [i, part] of (yield* dealGroupsInSteps(groups, shares, seed)).entries()) {
    const name = splitNames[i];
    if (name) assignAll(assignment, part, name);
  }
  yield* refuseLeaks(cases, assignment);
  yield* refuseMissingClasses(cases, assignment, parts);
  return { assignment, findings: [...groupFindings(groups), ...(yield* sizeFindings(cases, assignment))] };
}

export const splitByFractions = (cases: readonly SplitCase[], fractions: SplitFractions, seed: number): SplitResult =>
  finish(splitByFractionsInSteps(cases, fractions, seed));
