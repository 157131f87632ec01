import { AppError } from '../errors.ts';
import { seedFromText } from '../random.ts';
import { finish, type Steps } from '../steps.ts';
import { dealGroupsInSteps } from './dealGroups.ts';
import type { FoldScheme } from './foldScheme.ts';
import { linkPatientsInSteps, type PatientGroup } from './linkPatients.ts';
import { assignAll } from './splitByFractions.ts';
import type { SplitAssignment, SplitCase, SplitFinding, SplitName } from './splitCase.ts';
import { groupFindings, refuseLeaks, refuseMissingClasses, refuseTooFewPatients } from './splitChecks.ts';

/** Share of the patients outside the test fold that becomes its val split. */
export const VAL_FRACTION = 0.15;

export interface FoldsResult {
  /** One assignment per fold over all cases. Plain folds test each case once, repeated and nested ones several times. */
  readonly folds: readonly SplitAssignment[];
  /** Absent for plain folds. */
  readonly scheme?: FoldScheme;
  readonly findings: readonly SplitFinding[];
}

/** Parts train and val from groups: a stratified share of 15 %, its deal seeded by `purpose`. */
export function* holdOutVal(
  groups: readonly PatientGroup[],
  seed: number,
  purpose: string,
): Steps<{ readonly train: readonly PatientGroup[]; readonly val: readonly PatientGroup[] }> {
  const [train = [], val = []] = yield* dealGroupsInSteps(
    groups,
    [1 - VAL_FRACTION, VAL_FRACTION],
    seedFromText(`${seed} ${purpose}`),
  );
  return { train, val };
}

interface Parts {
  readonly train: readonly PatientGroup[];
  readonly val: readonly PatientGroup[];
  readonly test: readonly PatientGroup[];
}

/** Throws `split-overlap`, `missing-class`; a test part may lack a class where `mustTest` leaves it out. */
export function* assignFold(
  cases: readonly SplitCase[],
  { train, val, test }: Parts,
  mustHave: readonly SplitName[] = ['train', 'val', 'test'],
): Steps<SplitAssignment> {
  const assignment = new Map<string, SplitName>();
  assignAll(assignment, train, 'train');
  assignAll(assignment, val, 'val');
  assignAll(assignment, test, 'test');
  yield* refuseLeaks(cases, assignment);
  yield* refuseMissingClasses(cases, assignment, mustHave);
  return assignment;
}

const equalShares = (count: number): number[] => Array.from({ length: count }, () => 1 / count);

function refuseCount(foldCount: number, least: number, words: string): void {
  if (!Number.isInteger(foldCount) || foldCount < least)
    throw new AppError('invalid-input', `${words} are ${least} or more.`);
}

/** The folds of one dealing of the groups. */
function* dealFolds(
  cases: readonly SplitCase[],
  groups: readonly PatientGroup[],
  foldCount: number,
  seed: number,
): Steps<SplitAssignment[]> {
  const folds: SplitAssignment[] = [];
  for (const [k, test] of (yield* dealGroupsInSteps(groups, equalShares(foldCount), seed)).entries()) {
    const held = new Set(test);
    const others = groups.filter((g) => !held.has(g));
    folds.push(yield* assignFold(cases, { ...(yield* holdOutVal(others, seed, `val of fold ${k + 1}`)), test }));
  }
  return folds;
}

/**
 * K folds by patient, stratified by class, seeded: fold k is test once, a seeded 15 % of the other patients is its val.
 * Throws `invalid-input` for fewer than two folds, `too-few-patients`, `missing-class`.
 */
export const splitIntoFolds = (cases: readonly SplitCase[], foldCount: number, seed: number): FoldsResult =>
  splitRepeatedly(cases, foldCount, 1, seed);

/**
 * The same, dealt out `repeats` times; the first repeat is what `splitIntoFolds` gives. How much a result depends on
 * who happened to fall into which fold shows between the repeats.
 */
export function* splitRepeatedlyInSteps(
  cases: readonly SplitCase[],
  foldCount: number,
  repeats: number,
  seed: number,
): Steps<FoldsResult> {
  refuseCount(foldCount, 2, 'Folds');
  refuseCount(repeats, 1, 'Repeats');
  const groups = yield* linkPatientsInSteps(cases);
  refuseTooFewPatients(groups, Math.max(3, foldCount));
  const seeds = Array.from({ length: repeats }, (_, r) => (r === 0 ? seed : seedFromText(`${seed} repeat ${r + 1}`)));
  const folds: SplitAssignment[] = [];
  for (const each of seeds) folds.push(...(yield* dealFolds(cases, groups, foldCount, each)));
  return {
    folds,
    ...(repeats > 1 && { scheme: { kind: 'repeated' as const, folds: foldCount, repeats } }),
    findings: groupFindings(groups),
  };
}

export const splitRepeatedly = (
  cases: readonly SplitCase[],
  foldCount: number,
  repeats: number,
  seed: number,
): FoldsResult => finish(splitRepeatedlyInSteps(cases, foldCount, repeats, seed));

/**
 * Outer folds as `splitIntoFolds` deals them; the patients outside an outer fold are dealt into `inner` parts, each of
 * which is validation once. What is chosen on validation is so chosen on all of them, and never on the outer fold.
 */
export function* splitNestedInSteps(
  cases: readonly SplitCase[],
  foldCount: number,
  inner: number,
  seed: number,
): Steps<FoldsResult> {
  refuseCount(foldCount, 2, 'Folds');
  refuseCount(inner, 2, 'Inner folds');
  const groups = yield* linkPatientsInSteps(cases);
  refuseTooFewPatients(groups, Math.max(foldCount, inner + 1));
  const folds: SplitAssignment[] = [];
  for (const [k, test] of (yield* dealGroupsInSteps(groups, equalShares(foldCount), seed)).entries()) {
    const held = new Set(test);
    const others = groups.filter((g) => !held.has(g));
    refuseTooFewPatients(others, inner);
    const innerSeed = seedFromText(`${seed} inner of fold ${k + 1}`);
    for (const val of yield* dealGroupsInSteps(others, equalShares(inner), innerSeed)) {
      const validates = new Set(val);
      folds.push(yield* assignFold(cases, { train: others.filter((g) => !validates.has(g)), val, test }));
    }
  }
  return { folds, scheme: { kind: 'nested', folds: foldCount, inner }, findings: groupFindings(groups) };
}

export const splitNested = (cases: readonly SplitCase[], foldCount: number, inner: number, seed: number): FoldsResult =>
  finish(splitNestedInSteps(cases, foldCount, inner, seed));
