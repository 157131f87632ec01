import { AppError } from '../errors.ts';
import { finish, type Steps } from '../steps.ts';
import { linkPatientsInSteps, type PatientGroup } from './linkPatients.ts';
import type { SplitAssignment, SplitCase, SplitFinding } from './splitCase.ts';
import { groupFindings } from './splitChecks.ts';
import { assignFold, type FoldsResult, holdOutVal } from './splitIntoFolds.ts';

const MOST_SITES = 20;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The site of most of a group's cases; of equally many the first by name. */
function siteOf({ cases }: PatientGroup, sites: ReadonlyMap<string, string>): string {
  const counts = Map.groupBy(cases, (c) => sites.get(c.caseId) ?? '');
  const [first] = [...counts].sort(([a, own], [b, other]) => other.length - own.length || compare(a, b));
  return first?.[0] ?? '';
}

const isSpread = ({ cases }: PatientGroup, sites: ReadonlyMap<string, string>): boolean =>
  new Set(cases.map((c) => sites.get(c.caseId))).size > 1;

function findingsOf(
  groups: readonly PatientGroup[],
  bySite: ReadonlyMap<string, readonly PatientGroup[]>,
  sites: ReadonlyMap<string, string>,
): SplitFinding[] {
  const findings = [...groupFindings(groups)];
  const spread = groups.filter((group) => isSpread(group, sites)).length;
  if (spread > 0) {
    const message = `${spread} patients were imaged at several sites: each counts where most of the cases are.`;
    findings.push({ code: 'several-sites', severity: 'warning', message, count: spread });
  }
  const classes = new Set(groups.flatMap((group) => group.classes)).size;
  const poor = [...bySite.values()].filter((own) => new Set(own.flatMap((g) => g.classes)).size < classes).length;
  if (poor > 0) {
    const message = `${poor} sites lack a class: they count in the pooled result and have no AUROC of their own.`;
    findings.push({ code: 'site-lacks-class', severity: 'warning', message, count: poor });
  }
  return findings;
}

/**
 * Leave one site out: fold i tests everything of one site, in order of their names, and 15 % of the other sites'
 * patients are its val. Patients stay whole. Throws `invalid-input` for fewer than two sites or more than 20,
 * `missing-class` where the other sites lack a class, `too-few-patients`.
 * @param sites by case id; every case has one
 * @param by what a site is, for people: the name of the column
 */
export function* splitBySiteInSteps(
  cases: readonly SplitCase[],
  sites: ReadonlyMap<string, string>,
  by: string,
  seed: number,
): Steps<FoldsResult> {
  const groups = yield* linkPatientsInSteps(cases);
  const bySite = Map.groupBy(groups, (group) => siteOf(group, sites));
  const names = [...bySite.keys()].sort(compare);
  if (names.length < 2)
    throw new AppError('invalid-input', `All cases have the same ${by}: there is no other to learn from.`);
  if (names.length > MOST_SITES)
    throw new AppError(
      'invalid-input',
      `${by} has ${names.length} different values; at most ${MOST_SITES} can be left out in turn.`,
    );
  const folds: SplitAssignment[] = [];
  for (const name of names) {
    const test = bySite.get(name) ?? [];
    const held = new Set(test);
    const others = groups.filter((group) => !held.has(group));
    const rest = yield* holdOutVal(others, seed, `val without ${name}`);
    folds.push(yield* assignFold(cases, { ...rest, test }, ['train', 'val']));
  }
  return { folds, scheme: { kind: 'leave-out', by, names }, findings: findingsOf(groups, bySite, sites) };
}

export const splitBySite = (
  cases: readonly SplitCase[],
  sites: ReadonlyMap<string, string>,
  by: string,
  seed: number,
): FoldsResult => finish(splitBySiteInSteps(cases, sites, by, seed));
