import { z } from 'zod';
import { type DatasetPreview, type DatasetRecipe, FoldScheme, type SplitName } from '../../contract/datasets.ts';
import type { DatasetTask } from '../../contract/datasetTask.ts';
import type { DataFinding } from '../../contract/values.ts';
import { AppError } from '../../domain/errors.ts';
import { splitByFractionsInSteps } from '../../domain/split/splitByFractions.ts';
import { splitBySiteInSteps } from '../../domain/split/splitBySite.ts';
import type { SplitAssignment, SplitCase } from '../../domain/split/splitCase.ts';
import { type SplitRow, splitFromFileInSteps } from '../../domain/split/splitFromFile.ts';
import { type FoldsResult, splitNestedInSteps, splitRepeatedlyInSteps } from '../../domain/split/splitIntoFolds.ts';
import { quantile } from '../../domain/statistics/bootstrap.ts';
import { finish, mapInSteps, type Steps } from '../../domain/steps.ts';
import type { Exclusion } from './exclusions.ts';

/** Which case is in which part, as data: by position in the list of cases; `folds[k]` is the split of fold k + 1. */
export const SplitPlan = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('split'), parts: z.array(z.enum(['train', 'val', 'test'])) }),
  z.object({
    kind: z.literal('folds'),
    folds: z.array(z.array(z.enum(['train', 'val', 'test']))),
    scheme: FoldScheme.optional(),
  }),
]);
export type SplitPlan = z.output<typeof SplitPlan>;

export interface SplitCandidates<C> {
  readonly cases: readonly C[];
  readonly splits: SplitPlan;
  readonly findings: readonly DataFinding[];
  readonly exclusions: readonly Exclusion[];
}

/** What splitting reads of a case. */
export interface SplittableCase {
  readonly caseId: string;
  readonly patientId: string;
  readonly linkedIds?: readonly string[];
  readonly className: string;
  readonly targets?: readonly (number | null)[];
  /** Values of the columns by which sites can be told apart. */
  readonly sites?: Readonly<Record<string, string>>;
  /** Hashes of the stored pixels, of the file and of the frame, as far as known. */
  readonly pixelSha256?: string;
  readonly frameSha256?: string;
  /** Of each slice, where a case has several. */
  readonly images?: readonly { readonly sha256: string; readonly isBlank?: boolean | undefined }[];
}

const splitCaseOf = (c: SplittableCase, strata: readonly string[] | undefined): SplitCase => ({
  caseId: c.caseId,
  patientId: c.patientId,
  ...(strata ? { strata } : { className: c.className }),
  ...(c.linkedIds && { aliases: c.linkedIds }),
  pixelHashes: [
    c.pixelSha256,
    c.frameSha256,
    ...(c.images ?? []).flatMap(({ sha256, isBlank }) => (isBlank ? [] : [sha256])),
  ].filter((hash) => hash !== undefined),
});

/** Fewer patients than this a stretch of numbers are not worth a stretch of their own. */
const PATIENTS_PER_STRETCH = 8;
const MOST_STRETCHES = 5;

/**
 * By case id, what parts should have alike where there are no classes: of numbers the fifth (with few patients a larger
 * share) of all cases that it falls into. Undefined for classes and grades.
 */
function strataOf(
  cases: readonly SplittableCase[],
  task: DatasetRecipe['task'] | undefined,
): ReadonlyMap<string, readonly string[]> | undefined {
  if (task !== 'regression') return undefined;
  const patients = new Set(cases.map((c) => c.patientId)).size;
  const stretches = Math.min(MOST_STRETCHES, Math.max(1, Math.floor(patients / PATIENTS_PER_STRETCH)));
  const numberOf = (c: SplittableCase): number => c.targets?.[0] ?? 0;
  const sorted = cases.map(numberOf).sort((a, b) => a - b);
  const upper = Array.from({ length: stretches - 1 }, (_, i) => quantile(sorted, (i + 1) / stretches));
  return new Map(cases.map((c) => [c.caseId, [`stretch ${upper.filter((bound) => numberOf(c) > bound).length}`]]));
}

/** Of labels, each with its answer: every part should have yes and no of each as nearly alike as whole patients allow. */
const labelStrata = (cases: readonly SplittableCase[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    cases.map(({ caseId, targets = [] }) => [
      caseId,
      targets.flatMap((target, label) => (target === null ? [] : [`label ${label}: ${target}`])),
    ]),
  );

function partsOf(cases: readonly SplittableCase[], assignment: SplitAssignment): SplitName[] {
  return cases.map((c) => {
    const part = assignment.get(c.caseId);
    if (!part) throw new Error('a case was left without a split');
    return part;
  });
}

/**
 * Splits cases by patient as the recipe says. Cases of patients without a row in a split file are left out. Throws what
 * the domain's split functions throw: `split-overlap`, `missing-class`, `too-few-patients`, `invalid-input`.
 */
export function* assignSplitsInSteps<C extends SplittableCase>(
  cases: readonly C[],
  recipe: Pick<DatasetRecipe, 'partition' | 'seed'> & Partial<Pick<DatasetRecipe, 'task'>>,
  splitRows?: readonly SplitRow[],
): Steps<SplitCandidates<C>> {
  const { partition, seed } = recipe;
  const strata = recipe.task === 'multi-label' ? labelStrata(cases) : strataOf(cases, recipe.task);
  const splitCases = yield* mapInSteps(cases, (c) => splitCaseOf(c, strata?.get(c.caseId)));
  if (partition.kind === 'folds') return planned(cases, yield* foldsOf(splitCases, partition, seed));
  if (partition.kind === 'leave-out') return yield* leaveOut(cases, splitCases, partition.by, seed);
  if (partition.kind === 'split') {
    const { assignment, findings } = yield* splitByFractionsInSteps(splitCases, partition, seed);
    return { cases, splits: { kind: 'split', parts: partsOf(cases, assignment) }, findings, exclusions: [] };
  }
  if (!splitRows) throw new AppError('file-not-found', 'The split file has not been read.');
  const { assignment, findings } = yield* splitFromFileInSteps(splitCases, splitRows, seed);
  const kept = cases.filter((c) => assignment.has(c.caseId));
  const exclusions = cases
    .filter((c) => !assignment.has(c.caseId))
    .map((c): Exclusion => ({ code: 'not-in-split-file', subject: c.caseId }));
  return { cases: kept, splits: { kind: 'split', parts: partsOf(kept, assignment) }, findings, exclusions };
}

export const assignSplits = <C extends SplittableCase>(
  cases: readonly C[],
  recipe: Pick<DatasetRecipe, 'partition' | 'seed'> & Partial<Pick<DatasetRecipe, 'task'>>,
  splitRows?: readonly SplitRow[],
): SplitCandidates<C> => finish(assignSplitsInSteps(cases, recipe, splitRows));

type Folds = Extract<DatasetRecipe['partition'], { kind: 'folds' }>;

function* foldsOf(cases: readonly SplitCase[], { folds, repeats = 1, inner }: Folds, seed: number): Steps<FoldsResult> {
  if (inner === undefined) return yield* splitRepeatedlyInSteps(cases, folds, repeats, seed);
  if (repeats > 1) throw new AppError('invalid-input', 'Folds are either nested or repeated, not both.');
  return yield* splitNestedInSteps(cases, folds, inner, seed);
}

function planned<C extends SplittableCase>(
  cases: readonly C[],
  { folds, scheme, findings }: FoldsResult,
  exclusions: readonly Exclusion[] = [],
): SplitCandidates<C> {
  const plan = folds.map((assignment) => partsOf(cases, assignment));
  // zod's arrays are mutable, the domain's are not
  const known = scheme?.kind === 'leave-out' ? { ...scheme, names: [...scheme.names] } : scheme;
  return { cases, splits: { kind: 'folds', folds: plan, ...(known && { scheme: known }) }, findings, exclusions };
}

/** Cases that do not say where they come from can be neither trained on nor tested: they are left out, and counted. */
function* leaveOut<C extends SplittableCase>(
  cases: readonly C[],
  splitCases: readonly SplitCase[],
  by: string,
  seed: number,
): Steps<SplitCandidates<C>> {
  const siteOf = (c: C) => c.sites?.[by]?.trim() ?? '';
  const kept = cases.filter((c) => siteOf(c) !== '');
  if (kept.length === 0)
    throw new AppError(
      'invalid-input',
      `No case of this dataset has a value of "${by}": nothing can be left out by it.`,
    );
  const sites = new Map(kept.map((c) => [c.caseId, siteOf(c)]));
  const exclusions = cases
    .filter((c) => siteOf(c) === '')
    .map((c): Exclusion => ({ code: 'no-site', subject: c.caseId }));
  const sited = splitCases.filter(({ caseId }) => sites.has(caseId));
  return planned(kept, yield* splitBySiteInSteps(sited, sites, by, seed), exclusions);
}

/** Name of each case's part for counts and lists: train, val, test; for folds the (outer) fold that tests it first. */
export function partNames(splits: SplitPlan): string[] {
  if (splits.kind === 'split') return splits.parts;
  const [first = []] = splits.folds;
  // The first repeat, or the outer fold.
  const inner = splits.scheme?.kind === 'nested' ? splits.scheme.inner : 1;
  const numberOf = (i: number) => Math.floor(splits.folds.findIndex((parts) => parts[i] === 'test') / inner) + 1;
  return first.map((_, i) => `fold-${numberOf(i)}`);
}

/** Under which of the classes a case is counted. */
function countedAs(
  { className, targets }: Pick<SplittableCase, 'className' | 'targets'>,
  classes: readonly string[],
  task: DatasetTask,
): readonly string[] {
  if (task === 'multi-label') return classes.filter((_, label) => targets?.[label] === 1);
  return [task === 'regression' ? (classes[0] ?? '') : className];
}

/** counts[part][class] of cases and patients; every class is listed in every part. A number has them all under its name, a label those that are yes. */
export function countCases(
  cases: readonly Pick<SplittableCase, 'className' | 'patientId' | 'targets'>[],
  names: readonly string[],
  classes: readonly string[],
  task: DatasetTask = 'classification',
): DatasetPreview['counts'] {
  const counts: DatasetPreview['counts'] = {};
  const order = names.every((name) => name.startsWith('fold-'))
    ? [...new Set(names)].sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)))
    : ['train', 'val', 'test'].filter((name) => names.includes(name));
  const found = new Map<string, { cases: number; readonly patients: Set<string> }>();
  const keyOf = (part: string, className: string): string => `${part} ${className}`;
  for (const [i, each] of cases.entries())
    for (const name of countedAs(each, classes, task)) {
      const key = keyOf(names[i] ?? '', name);
      const known = found.get(key) ?? { cases: 0, patients: new Set<string>() };
      found.set(key, known);
      known.cases += 1;
      known.patients.add(each.patientId);
    }
  for (const part of order) {
    counts[part] = Object.fromEntries(
      classes.map((className) => {
        const members = found.get(keyOf(part, className));
        return [className, { cases: members?.cases ?? 0, patients: members?.patients.size ?? 0 }];
      }),
    );
  }
  return counts;
}
