import { AppError } from '../errors.ts';
import { finish, forEachInSteps, type Steps } from '../steps.ts';
import { linkPatientsInSteps } from './linkPatients.ts';
import { assignAll, type SplitResult } from './splitByFractions.ts';
import type { SplitCase, SplitFinding, SplitName } from './splitCase.ts';
import { groupFindings, partsUsed, refuseLeaks, refuseMissingClasses, sizeFindings } from './splitChecks.ts';
import { holdOutVal } from './splitIntoFolds.ts';

/** A row of a split file. */
export interface SplitRow {
  readonly patientId: string;
  readonly split: SplitName;
}

function splitOfPatient(rows: readonly SplitRow[]): Map<string, SplitName> {
  const splits = new Map<string, SplitName>();
  for (const { patientId, split } of rows) {
    const known = splits.get(patientId);
    if (known !== undefined && known !== split) {
      throw new AppError('split-overlap', `The split file puts one patient into both ${known} and ${split}.`);
    }
    splits.set(patientId, split);
  }
  return splits;
}

/** 15 % of the train patients, stratified and seeded, become val. */
function* addVal(cases: readonly SplitCase[], assignment: Map<string, SplitName>, seed: number): Steps<void> {
  const inTrain = yield* linkPatientsInSteps(cases.filter((c) => assignment.get(c.caseId) === 'train'));
  assignAll(assignment, (yield* holdOutVal(inTrain, seed, 'val of the split file')).val, 'val');
}

/**
 * The split that a file of (patient_id, split) rows asks for. Cases whose patient has no row, under any name, stay out:
 * a finding. Without a val row, 15 % of the train patients become val. Throws `split-overlap` where the file
 * separates one patient or patients linked by alias or identical pixels, `missing-class`, `too-few-patients`.
 */
export function* splitFromFileInSteps(
  cases: readonly SplitCase[],
  rows: readonly SplitRow[],
  seed: number,
): Steps<SplitResult> {
  const splits = splitOfPatient(rows);
  const assignment = new Map<string, SplitName>();
  yield* forEachInSteps(cases, (c) => {
    const named = new Set([c.patientId, ...(c.aliases ?? [])].flatMap((name) => splits.get(name) ?? []));
    if (named.size > 1) throw new AppError('split-overlap', 'The split file separates two names of one patient.');
    for (const split of named) assignment.set(c.caseId, split);
  });
  yield* refuseLeaks(cases, assignment);
  const present = yield* linkPatientsInSteps(cases.filter((c) => assignment.has(c.caseId)));
  const findings: SplitFinding[] = groupFindings(present);
  const absent = cases.filter((c) => !assignment.has(c.caseId));
  const count = new Set(absent.map((c) => c.patientId)).size;
  const left = `${count} patients have no row in the split file and are left out.`;
  if (count > 0) findings.push({ code: 'not-in-split-file', severity: 'warning', message: left, count });
  if (!rows.some((row) => row.split === 'val')) {
    yield* addVal(cases, assignment, seed);
    const message = 'The split file names no val patients: 15 % of the train patients were taken, stratified, by seed.';
    findings.push({ code: 'no-val-in-split-file', severity: 'info', message, count: 1 });
  }
  yield* refuseLeaks(cases, assignment);
  const parts = new Set<SplitName>(['train', 'val', ...partsUsed(assignment)]);
  yield* refuseMissingClasses(cases, assignment, [...parts]);
  return { assignment, findings: [...findings, ...(yield* sizeFindings(cases, assignment))] };
}

export const splitFromFile = (cases: readonly SplitCase[], rows: readonly SplitRow[], seed: number): SplitResult =>
  finish(splitFromFileInSteps(cases, rows, seed));
