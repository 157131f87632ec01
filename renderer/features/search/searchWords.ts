import type { SearchSummary as SearchSummarySchema, Trial as TrialSchema } from '../../../main/contract/search.ts';
import type { HeadKind } from '../../../main/contract/training.ts';

export type SearchSummary = ReturnType<typeof SearchSummarySchema.parse>;
export type Trial = ReturnType<typeof TrialSchema.parse>;

type Tone = 'neutral' | 'ok' | 'warn' | 'bad' | 'accent';

const states: Readonly<Record<SearchSummary['status'], readonly [text: string, tone: Tone]>> = {
  running: ['searching', 'accent'],
  finished: ['finished', 'ok'],
  cancelled: ['stopped, results kept', 'warn'],
  failed: ['failed', 'bad'],
};

export const stateText = (status: SearchSummary['status']): string => states[status][0];
export const stateTone = (status: SearchSummary['status']): Tone => states[status][1];

export const headTitles: Readonly<Record<HeadKind, string>> = {
  dense: 'Dense layer',
  logistic: 'Logistic regression',
  svm: 'Linear SVM',
  forest: 'Random forest',
  knn: 'Nearest neighbours',
};

export const heads = Object.keys(headTitles) as HeadKind[];

export const headOf = ({ settings }: Trial): HeadKind => heads.find((head) => head === settings.head) ?? 'dense';

/** The setting that matters most for a head: what its panel's axis shows. */
export const mainSetting: Readonly<Record<HeadKind, { readonly key: string; readonly title: string }>> = {
  dense: { key: 'learningRate', title: 'learning rate' },
  logistic: { key: 'c', title: 'C' },
  svm: { key: 'c', title: 'C' },
  forest: { key: 'trees', title: 'trees' },
  knn: { key: 'k', title: 'neighbours' },
};

const names: Readonly<Record<string, string>> = {
  learningRate: 'rate',
  weightDecay: 'decay',
  c: 'C',
  trees: 'trees',
  minLeaf: 'smallest leaf',
  k: 'k',
};

export const shortNumber = (value: number): string => {
  const rounded = Number(value.toPrecision(2));
  return value >= 0.001 && value < 10_000 ? String(Number(value.toPrecision(3))) : rounded.toExponential();
};

/** `C 0.0031`, `rate 0.001, decay 1.2e-4` */
export function settingWords({ settings }: Trial): string {
  return Object.entries(settings)
    .flatMap(([key, value]) => (names[key] && typeof value === 'number' ? `${names[key]} ${shortNumber(value)}` : []))
    .join(', ');
}

/** The furthest fit of each trial: best first, those that came further before those stopped early. */
export function furthest(trials: readonly Trial[]): Trial[] {
  const byId = new Map<number, Trial>();
  for (const trial of trials) if (trial.rung >= (byId.get(trial.id)?.rung ?? 0)) byId.set(trial.id, trial);
  return [...byId.values()].sort((a, b) => b.rung - a.rung || a.valLoss - b.valLoss || a.id - b.id);
}
