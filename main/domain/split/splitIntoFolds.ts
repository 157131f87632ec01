import { AppError } from '../errors.ts';
import { seedFromText } from '../random.ts';
import { dealGroups } from './dealGroups.ts';
import { linkPatients, type PatientGroup } from './linkPatients.ts';
import { assignAll } from './splitByFractions.ts';
import type { SplitAssignment, SplitCase, SplitFinding, SplitName } from './splitCase.ts';
import { groupFindings, refuseLeaks, refuseMissingClasses, refuseTooFewPatients } from './splitChecks.ts';

/** Share of the patients outside the test fold that becomes its val split. */
export const VAL_FRACTION = 0.15;

export interface FoldsResult {
  /** One assignment per fold over all cases: each case is test in exactly one. */
  readonly folds: readonly SplitAssignment[];
  readonly findings: readonly SplitFinding[];
}

/** Parts train and val from groups: a stratified share of 15 %, its deal seeded by `purpose`. */
export function holdOutVal(groups: readonly PatientGroup[], seed: number, purpose: string) {
  const [train = [], val = []] = dealGroups(
    groups,
    [1 - VAL_FRACTION, VAL_FRACTION],
    seedFromText(`${seed} ${purpose}`),
  );
  return { train, val };
}

/**
 * K folds by patient, stratified by class, seeded: fold k is test once, a seeded 15 % of the other patients is its val.
 * Throws `invalid-input` for fewer than two folds, `too-few-patients`, `missing-class`.
 */
export function splitIntoFolds(cases: readonly SplitCase[], foldCount: number, seed: number): FoldsResult {
  if (!Number.isInteger(foldCount) || foldCount < 2) throw new AppError('invalid-input', 'Folds are 2 or more.');
  const groups = linkPatients(cases);
  refuseTooFewPatients(groups, Math.max(3, foldCount));
  const tests = dealGroups(
    groups,
    Array.from({ length: foldCount }, () => 1 / foldCount),
    seed,
  );
  const folds = tests.map((test, k) => {
    const held = new Set(test);
    const { train, val } = holdOutVal(
      groups.filter((g) => !held.has(g)),
      seed,
      `val of fold ${k + 1}`,
    );
    const assignment = new Map<string, SplitName>();
    assignAll(assignment, train, 'train');
    assignAll(assignment, val, 'val');
    assignAll(assignment, test, 'test');
    refuseLeaks(cases, assignment);
    refuseMissingClasses(cases, assignment, ['train', 'val', 'test']);
    return assignment;
  });
  return { folds, findings: groupFindings(groups) };
}
