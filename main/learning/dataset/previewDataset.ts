import type { DatasetPreview, DatasetRecipe } from '../../contract/datasets.ts';
import type { SplitRow } from '../../domain/split/splitFromFile.ts';
import { finish, type Steps } from '../../domain/steps.ts';
import { assignSplitsInSteps, countCases, partNames } from './assignSplits.ts';
import type { SelectionInput } from './candidates.ts';
import { countExclusions } from './exclusions.ts';
import { refuseUnlearnable, refuseUntrainable } from './refuseUntrainable.ts';
import { selectCasesInSteps } from './selectCases.ts';

/**
 * What `dataset create` would make, without reading pixels: damaged images that nobody has opened yet still count.
 * Throws the same errors.
 */
export function* previewDatasetInSteps(
  input: SelectionInput,
  recipe: DatasetRecipe,
  splitRows?: readonly SplitRow[],
): Steps<DatasetPreview> {
  const selection = yield* selectCasesInSteps(input, recipe);
  refuseUntrainable(selection);
  const { cases, splits, findings, exclusions } = yield* assignSplitsInSteps(selection.cases, recipe, splitRows);
  if (recipe.task === 'multi-label') refuseUnlearnable(cases, splits, selection);
  const patients = new Set(cases.map((c) => c.patientId)).size;
  return {
    funnel: [...selection.funnel, { stage: 'split', cases: cases.length, patients }],
    classes: [...selection.classes],
    ...(selection.positive !== undefined && { positive: selection.positive }),
    counts: countCases(cases, partNames(splits), selection.classes, selection.task),
    excluded: countExclusions([...selection.exclusions, ...exclusions]),
    findings: [...selection.findings, ...findings],
    ...(splits.kind === 'folds' && splits.scheme && { scheme: splits.scheme }),
  };
}

export const previewDataset = (
  input: SelectionInput,
  recipe: DatasetRecipe,
  splitRows?: readonly SplitRow[],
): DatasetPreview => finish(previewDatasetInSteps(input, recipe, splitRows));
