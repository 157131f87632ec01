import { finish, forEachInSteps, groupInSteps, mapInSteps, type Steps, sortInSteps } from '../steps.ts';
import { type SplitCase, strataOfCase } from './splitCase.ts';

/** Cases that must stay together: one patient, or patients linked by an alias or by pixel-identical images. */
export interface PatientGroup {
  readonly key: string;
  readonly cases: readonly SplitCase[];
  readonly patientIds: readonly string[];
  /** Distinct classes, sorted. */
  readonly classes: readonly string[];
  /** The same of what the parts should have alike: the classes, unless the cases say otherwise. */
  readonly strata: readonly string[];
}

/** The names under which a case's patient may appear elsewhere; prefixed so that a hash is never taken for an id. */
function linksOf(c: SplitCase): string[] {
  const names = [c.patientId, ...(c.aliases ?? [])].map((name) => `patient ${name}`);
  return [...names, ...(c.pixelHashes ?? []).map((hash) => `pixels ${hash}`)];
}

function rootOf(parent: Map<string, string>, node: string): string {
  let root = node;
  for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
  parent.set(node, root);
  return root;
}

/**
 * Groups cases by the union of PatientID, aliases and pixel hashes (DESIGN rule 1). Groups and their cases come in an
 * order that depends on the ids alone, not on the order of the input.
 */
export function* linkPatientsInSteps(cases: readonly SplitCase[]): Steps<PatientGroup[]> {
  const parent = new Map<string, string>();
  yield* forEachInSteps(cases, (c) => {
    const [first = '', ...others] = linksOf(c);
    const root = rootOf(parent, first);
    parent.set(root, root);
    for (const other of others) parent.set(rootOf(parent, other), root);
  });
  const members = yield* groupInSteps(cases, (c) => rootOf(parent, `patient ${c.patientId}`));
  const groups = yield* mapInSteps([...members.values()], groupOf);
  return yield* sortInSteps(groups, (a, b) => compare(a.key, b.key));
}

export const linkPatients = (cases: readonly SplitCase[]): PatientGroup[] => finish(linkPatientsInSteps(cases));

function groupOf(cases: SplitCase[]): PatientGroup {
  const sorted = [...cases].sort((a, b) => compare(a.caseId, b.caseId));
  const patientIds = distinctSorted(cases.map((c) => c.patientId));
  const classes = distinctSorted(cases.flatMap((c) => (c.className === undefined ? [] : [c.className])));
  const strata = distinctSorted(cases.flatMap(strataOfCase));
  return { key: patientIds[0] ?? '', cases: sorted, patientIds, classes, strata };
}

function distinctSorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compare);
}

/** By code units: the same on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
