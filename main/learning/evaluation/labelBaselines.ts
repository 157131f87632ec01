import type { LabelAnswer } from '../../domain/statistics/labelAuroc.ts';
import { linearBaseline, prevalenceBaseline } from './baselines.ts';
import type { PixelData } from './pixelFeatures.ts';

export interface LabelBaselineData extends PixelData {
  /** By case and label. */
  readonly answers: readonly (readonly LabelAnswer[])[];
  readonly labels: number;
}

/** Logits of every case and label, whatever its part, from models fitted on the answered cases of train (and val). */
export interface LabelBaseline {
  readonly name: 'prevalence' | 'linear-32x32';
  readonly description: string;
  readonly logits: readonly (readonly number[])[];
}

/** The same baselines as for two classes, one per label; a case without an answer to it neither trains nor validates. */
export function labelBaselines(data: LabelBaselineData): LabelBaseline[] {
  const perLabel = Array.from({ length: data.labels }, (_, label) => {
    const classIndices = data.answers.map((row) => Number(row[label] ?? false));
    const parts = data.parts.map((part, i) => (data.answers[i]?.[label] === undefined ? undefined : part));
    const fitted = { ...data, classIndices, classCount: 2, parts };
    return [prevalenceBaseline(fitted), linearBaseline(fitted)] as const;
  });
  const descriptions = [
    'The share of yes in the training part, the same for every case',
    'Logistic regression on 32 x 32 pixels, one per label',
  ];
  return ([0, 1] as const).map((which) => ({
    name: which === 0 ? 'prevalence' : 'linear-32x32',
    description: descriptions[which] ?? '',
    logits: data.answers.map((_, i) =>
      perLabel.map((results) => {
        const [no = 0, yes = 0] = results[which].logits[i] ?? [];
        return yes - no;
      }),
    ),
  }));
}
