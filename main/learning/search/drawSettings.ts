import type { SearchSpace, TrialSettings } from '../../contract/search.ts';
import { randomStream } from '../../domain/random.ts';

type Range = SearchSpace['c'];

const pick = <T>(values: readonly T[], u: number): T => values[Math.floor(u * values.length)] as T;

/** Settings of trial `id`, a function of space, seed and number alone: more trials leave the first ones as they were. */
export function drawSettings(space: SearchSpace, seed: number, id: number): TrialSettings {
  const next = randomStream(seed, 'search', id);
  const head = pick(space.heads, next());
  const classWeights = pick(space.classWeights, next());
  const log = ({ low, high }: Range) => Number((low * (high / low) ** next()).toPrecision(3));
  const whole = (range: Range) => Math.max(1, Math.round(log(range)));
  switch (head) {
    case 'dense':
      return { head, classWeights, learningRate: log(space.learningRate), weightDecay: log(space.weightDecay) };
    case 'logistic':
    case 'svm':
      return { head, classWeights, c: log(space.c) };
    case 'forest':
      return { head, classWeights, trees: whole(space.trees), minLeaf: whole(space.minLeaf) };
    case 'knn':
      return { head, classWeights, k: whole(space.k) };
  }
}
