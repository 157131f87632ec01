/**
 * From what readers said to one answer per case. Pure: labels go in as values, nothing is looked up.
 */

/** One reader's latest, unretracted answer about one case. */
export interface ReaderAnswer {
  /** What the answer is about: an image, a lesion, a series, a study. */
  readonly caseKey: string;
  readonly reader: string;
  readonly value: string;
  /** Label id and revision, `<labelId>#<revision>`. */
  readonly revisionId: string;
  readonly isAdjudicated?: boolean;
}

/** `common`: the readers must agree, adjudication overrules; `reader`: one named reader alone. */
export type GroundTruthRule = { readonly kind: 'common' } | { readonly kind: 'reader'; readonly reader: string };

export interface CaseTruth {
  readonly caseKey: string;
  readonly value: string;
  /** The revisions the value rests on, sorted. */
  readonly revisionIds: readonly string[];
}

export type CaseDoubt = { readonly caseKey: string; readonly code: 'unadjudicated' | 'not-read' };

export interface GroundTruth {
  readonly truths: readonly CaseTruth[];
  readonly doubts: readonly CaseDoubt[];
}

/** The rule in words, as snapshots and reports show it. */
export function describeRule(rule: GroundTruthRule): string {
  return rule.kind === 'reader'
    ? `answers of the reader ${rule.reader} alone`
    : 'adjudicated answer, else the common latest answer of all readers; cases with disagreement are left out';
}

function answersThatCount(answers: readonly ReaderAnswer[], rule: GroundTruthRule): readonly ReaderAnswer[] {
  if (rule.kind === 'reader') return answers.filter((answer) => answer.reader === rule.reader);
  const adjudicated = answers.filter((answer) => answer.isAdjudicated);
  return adjudicated.length > 0 ? adjudicated : answers;
}

/**
 * One value per case, in order of first appearance. A case whose counting answers differ is in doubt
 * (`unadjudicated`), and so is one that the named reader has not read (`not-read`).
 */
export function groundTruth(answers: readonly ReaderAnswer[], rule: GroundTruthRule): GroundTruth {
  const truths: CaseTruth[] = [];
  const doubts: CaseDoubt[] = [];
  for (const [caseKey, ofCase] of Map.groupBy(answers, (answer) => answer.caseKey)) {
    const counting = answersThatCount(ofCase, rule);
    const [first] = counting;
    if (!first) doubts.push({ caseKey, code: 'not-read' });
    else if (counting.some((answer) => answer.value !== first.value)) doubts.push({ caseKey, code: 'unadjudicated' });
    else truths.push({ caseKey, value: first.value, revisionIds: counting.map((a) => a.revisionId).sort() });
  }
  return { truths, doubts };
}
