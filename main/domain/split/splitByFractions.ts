import { AppError } from '../errors.ts';
import { dealGroups } from './dealGroups.ts';
import { linkPatients, type PatientGroup } from './linkPatients.ts';
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
export function splitByFractions(cases: readonly SplitCase[], fractions: SplitFractions, seed: number): SplitResult {
  const shares = splitNames.map((name) => fractions[name]);
  const sum = shares.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) > 1e-6 || fractions.train <= 0 || fractions.val <= 0 || fractions.test < 0) {
    throw new AppError(
      'invalid-input',
      'Split fractions are train, val and test, sum to 1, and train and val are not 0.',
    );
  }
  const groups = linkPatients(cases);
  const parts = splitNames.filter((name) => fractions[name] > 0);
  refuseTooFewPatients(groups, parts.length);
  const assignment = new Map<string, SplitName>();
  dealGroups(groups, shares, seed).forEach((part, i) => {
    const name = splitNames[i];
    if (name) assignAll(assignment, part, name);
  });
  refuseLeaks(cases, assignment);
  refuseMissingClasses(cases, assignment, parts);
  return { assignment, findings: [...groupFindings(groups), ...sizeFindings(cases, assignment)] };
}
