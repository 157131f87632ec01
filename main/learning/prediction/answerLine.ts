import type { ModelCard } from '../../contract/models.ts';
import type { FramePrediction } from './predictFrame.ts';

type Answer = Pick<FramePrediction, 'scores' | 'predicted' | 'threshold' | 'thresholds'>;

/** What a model says of a case, as the command line writes it: of a number its value, of labels a threshold each. */
export function answerLine(
  { classes, number }: Pick<ModelCard, 'classes' | 'number'>,
  { scores, predicted, threshold, thresholds }: Answer,
): Readonly<Record<string, unknown>> {
  const byName = (values: readonly number[]) => Object.fromEntries(classes.map((name, k) => [name, values[k] ?? 0]));
  return {
    ...{ scores: byName(scores), predicted },
    ...(number ? { value: scores[0] ?? null, value_unit: number.unit } : {}),
    threshold: threshold ?? null,
    ...(thresholds ? { thresholds: byName(thresholds) } : {}),
  };
}
