import type { Scope } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import type { GroundTruthRule } from '../../domain/groundTruth.ts';
import { forEachInSteps, type Steps } from '../../domain/steps.ts';
import type { SelectionInput, TargetDefinition } from './candidates.ts';
import { type UnitTruth, type UnitTruths, unitTruths } from './caseTruth.ts';

/** A unit with its answer to each of several questions: 1 yes, 0 no, null none. */
export interface LabelledUnit extends UnitTruth {
  readonly targets: readonly (number | null)[];
}

/** The answer that means yes. */
const positiveOf = ({ positiveValue, values }: TargetDefinition): string | undefined => positiveValue ?? values.at(-1);

/** Throws `invalid-input` where questions cannot be labels of one network. */
function refuseQuestions(definitions: readonly TargetDefinition[]): void {
  const names = definitions.map(({ name }) => name);
  if (definitions.length < 2) throw new AppError('invalid-input', 'Several labels need two questions or more.');
  if (new Set(names).size < names.length) throw new AppError('invalid-input', 'A question is named twice.');
  const [first] = definitions;
  for (const { name, scope, values, number } of definitions) {
    if (number || values.length !== 2)
      throw new AppError('invalid-input', `"${name}" is not answered with one of two values: it cannot be a label.`);
    if (scope !== first?.scope)
      throw new AppError('invalid-input', `"${name}" is about a ${scope}, "${first?.name}" about a ${first?.scope}.`);
    if (scope === 'lesion')
      throw new AppError('invalid-input', `"${name}" is about lesions: labels need questions about whole images.`);
  }
}

/**
 * Ground truth of several yes-or-no questions per unit. A unit with an answer to any of them is a case; an answer that is
 * missing or in doubt is left open. Doubts are told of units that have no answer at all.
 */
export function* labelTruths(
  input: SelectionInput,
  unit: Scope,
  rule: GroundTruthRule,
): Steps<Omit<UnitTruths, 'truths'> & { readonly truths: readonly LabelledUnit[] }> {
  const questions = [{ definition: input.definition, labels: input.labels }, ...(input.further ?? [])];
  refuseQuestions(questions.map(({ definition }) => definition));
  const answered: UnitTruths[] = [];
  for (const question of questions) answered.push(yield* unitTruths({ ...input, ...question }, unit, rule));
  const byKey = Map.groupBy(
    answered.flatMap(({ truths }, label) => truths.map((truth) => ({ label, truth }))),
    ({ truth }) => truth.key,
  );
  const truths: LabelledUnit[] = [];
  yield* forEachInSteps([...byKey], ([key, given]) => {
    const [first] = given;
    if (!first) return;
    const targets = questions.map(({ definition }, label) => {
      const found = given.find((each) => each.label === label);
      return found ? Number(found.truth.value === positiveOf(definition)) : null;
    });
    const revisionIds = given.flatMap(({ truth }) => truth.revisionIds).sort();
    truths.push({ ...first.truth, key, revisionIds, targets });
  });
  return {
    truths,
    labelled: new Set(answered.flatMap(({ labelled }) => [...labelled])),
    exclusions: answered.flatMap(({ exclusions }) => exclusions.filter(({ subject }) => !byKey.has(subject))),
  };
}
