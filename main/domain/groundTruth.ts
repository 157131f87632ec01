/**
 * From what readers said to one answer per case. Pure: labels go in as values, nothing is looked up.
 */
import { numberText } from './numberAnswer.ts';
import { finish, forEachInSteps, groupInSteps, type Steps } from './steps.ts';

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

/** What several answers about one case come to: `same` asks that they agree; of numbers the `mean` is taken. */
export type JoinedAnswers = 'same' | 'mean';

/** The rule in words, as snapshots and reports show it. */
export function describeRule(rule: GroundTruthRule, joined: JoinedAnswers = 'same'): string {
  if (joined === 'mean')
    return rule.kind === 'reader'
      ? `answers of the reader ${rule.reader} alone`
      : "adjudicated answer, else the mean of all readers' latest answers";
  return rule.kind === 'reader'
    ? `answers of the reader ${rule.reader} alone`
    : 'adjudicated answer, else the common latest answer of all readers; cases with disagreement are left out';
}

function answersThatCount(answers: readonly ReaderAnswer[], rule: GroundTruthRule): readonly ReaderAnswer[] {
  if (rule.kind === 'reader') return answers.filter((answer) => answer.reader === rule.reader);
  const adjudicated = answers.filter((answer) => answer.isAdjudicated);
  return adjudicated.length > 0 ? adjudicated : answers;
}

const meanOf = (answers: readonly ReaderAnswer[]): number =>
  answers.reduce((sum, { value }) => sum + Number(value), 0) / answers.length;

/**
 * One value per case, in order of first appearance. Of numbers it is the mean. Otherwise a case whose counting answers differ is in doubt
 * (`unadjudicated`), and so is one that the named reader has not read (`not-read`).
 */
export function* groundTruthInSteps(
  answers: readonly ReaderAnswer[],
  rule: GroundTruthRule,
  joined: JoinedAnswers = 'same',
): Steps<GroundTruth> {
  const truths: CaseTruth[] = [];
  const doubts: CaseDoubt[] = [];
  const byCase = yield* groupInSteps(answers, (answer) => answer.caseKey);
  yield* forEachInSteps([...byCase], ([caseKey, ofCase]) => {
    const counting = answersThatCount(ofCase, rule);
    const [first] = counting;
    const revisionIds = counting.map((a) => a.revisionId).sort();
    if (!first) doubts.push({ caseKey, code: 'not-read' });
    else if (joined === 'mean') truths.push({ caseKey, value: numberText(meanOf(counting)), revisionIds });
    else if (counting.some((answer) => answer.value !== first.value)) doubts.push({ caseKey, code: 'unadjudicated' });
    else truths.push({ caseKey, value: first.value, revisionIds });
  });
  return { truths, doubts };
}

export const groundTruth = (
  answers: readonly ReaderAnswer[],
  rule: GroundTruthRule,
  joined: JoinedAnswers = 'same',
): GroundTruth => finish(groundTruthInSteps(answers, rule, joined));
