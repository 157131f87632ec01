import { AppError } from '../errors.ts';
import { finish, forEachInSteps, type Steps } from '../steps.ts';
import { linkPatientsInSteps, type PatientGroup } from './linkPatients.ts';
import { type SplitAssignment, type SplitCase, type SplitFinding, type SplitName, splitNames } from './splitCase.ts';

/** Below these a single split says little; more patients or folds are advised. */
const FEW_PATIENTS = 100;
const FEW_TEST_PATIENTS_PER_CLASS = 10;

function* countLeaksInSteps(cases: readonly SplitCase[], assignment: SplitAssignment): Steps<number> {
  let leaks = 0;
  yield* forEachInSteps(yield* linkPatientsInSteps(cases), (group) => {
    if (new Set(group.cases.flatMap((c) => assignment.get(c.caseId) ?? [])).size > 1) leaks += 1;
  });
  return leaks;
}

/** Number of linked patient groups that lie in more than one part. 0 for every sound split. */
export const countLeaks = (cases: readonly SplitCase[], assignment: SplitAssignment): number =>
  finish(countLeaksInSteps(cases, assignment));

/** Throws `split-overlap` where a patient, under any name or by identical pixels, is in more than one part. */
export function* refuseLeaks(cases: readonly SplitCase[], assignment: SplitAssignment): Steps<void> {
  const leaks = yield* countLeaksInSteps(cases, assignment);
  if (leaks === 0) return;
  throw new AppError(
    'split-overlap',
    `${leaks} ${leaks === 1 ? 'patient is' : 'patients are'} in more than one split, by PatientID, alias or pixel-identical images.`,
  );
}

/** Throws `missing-class` where one of `parts` lacks a class that the dataset has. */
export function* refuseMissingClasses(
  cases: readonly SplitCase[],
  assignment: SplitAssignment,
  parts: readonly SplitName[],
): Steps<void> {
  const found = new Map<SplitName, Set<string | undefined>>();
  const all = new Set<string>();
  yield* forEachInSteps(cases, ({ caseId, className }) => {
    const part = assignment.get(caseId);
    if (!part) return;
    found.set(part, (found.get(part) ?? new Set()).add(className));
    if (className !== undefined) all.add(className);
  });
  const classes = [...all].sort();
  for (const part of parts) {
    const inPart = found.get(part);
    if (!inPart) throw new AppError('too-few-patients', `No patient is left for the ${part} split.`);
    const missing = classes.find((name) => !inPart.has(name));
    if (missing === undefined) continue;
    throw new AppError('missing-class', `The ${part} split has no case of class "${missing}".`);
  }
}

/** Number of different patients, all and per class, counting linked patients once. */
function patientsPerClass(groups: readonly PatientGroup[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of groups.flatMap((g) => g.classes)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Throws unless every class has a patient for each of `parts` parts: `too-few-patients` or `missing-class`. */
export function refuseTooFewPatients(groups: readonly PatientGroup[], parts: number): void {
  if (groups.length < parts) {
    throw new AppError('too-few-patients', `${groups.length} patients cannot fill ${parts} parts: each needs its own.`);
  }
  for (const [name, count] of patientsPerClass(groups)) {
    if (count >= parts) continue;
    throw new AppError(
      'missing-class',
      `Class "${name}" has ${count} ${count === 1 ? 'patient' : 'patients'}, too few for each of ${parts} parts to hold one.`,
    );
  }
}

const finding = (
  code: SplitFinding['code'],
  severity: SplitFinding['severity'],
  count: number,
  message: string,
): SplitFinding[] => (count === 0 ? [] : [{ code, severity, count, message }]);

/** What linked groups say about the data: patients joined to one, patients with several classes. */
export function groupFindings(groups: readonly PatientGroup[]): SplitFinding[] {
  const linked = groups.filter((g) => g.patientIds.length > 1).reduce((sum, g) => sum + g.patientIds.length, 0);
  const mixed = groups.filter((g) => g.classes.length > 1).length;
  const joined = 'share an alias or a pixel-identical image and are kept in one split.';
  return [
    ...finding('linked-patients', 'warning', linked, `${linked} patients ${joined}`),
    ...finding('mixed-patients', 'info', mixed, `${mixed} patients have cases of more than one class.`),
  ];
}

/** Warns of a dataset or a test split so small that its result will be uncertain. */
export function* sizeFindings(cases: readonly SplitCase[], assignment: SplitAssignment): Steps<SplitFinding[]> {
  const groups = yield* linkPatientsInSteps(cases.filter((c) => assignment.has(c.caseId)));
  const inTest = groups.filter((g) => g.cases.some((c) => assignment.get(c.caseId) === 'test'));
  const fewest = Math.min(...patientsPerClass(inTest).values());
  const fewInAll = groups.length < FEW_PATIENTS ? groups.length : 0;
  const fewInTest = fewest < FEW_TEST_PATIENTS_PER_CLASS ? fewest : 0;
  return [
    ...finding(
      'few-patients',
      'warning',
      fewInAll,
      `Only ${groups.length} patients: folds use them better than one split.`,
    ),
    ...finding(
      'few-patients',
      'warning',
      fewInTest,
      `A class has only ${fewest} patients in the test split: expect a wide interval.`,
    ),
  ];
}

/** The parts an assignment uses, in the order train, val, test. */
export function partsUsed(assignment: SplitAssignment): SplitName[] {
  const used = new Set(assignment.values());
  return splitNames.filter((name) => used.has(name));
}
