import type { TrainingConfig } from '../../contract/training.ts';
import type { Network } from '../network/network.ts';
import type { EngineChoice } from '../training/engineChoice.ts';
import type { InputSource } from '../training/inputSource.ts';
import { reestimateStatistics } from '../training/reestimateStatistics.ts';
import type { TrainingCases } from '../training/trainingCases.ts';
import { extractFeatures } from './extractFeatures.ts';
import { featureNetwork } from './featureNetwork.ts';
import type { LabelledFeatures } from './featureTable.ts';
import type { HeadProblem } from './fitHead.ts';

/** What a case of each class counts: `true` so that each class counts the same, a mean of one over the cases. */
export function caseWeights(
  classes: readonly number[],
  classCount: number,
  how: TrainingConfig['classWeights'],
): number[] {
  const counts = Array.from({ length: classCount }, (_, k) => classes.filter((c) => c === k).length);
  if (how === false) return counts.map(() => 1);
  const share = (n: number) => (how === true ? 1 / n : (1 - how.beta) / (1 - how.beta ** n));
  const raw = counts.map((n) => (n > 0 ? share(n) : 0));
  const total = raw.reduce((sum, weight, k) => sum + weight * (counts[k] ?? 0), 0);
  return raw.map((weight) => (weight * classes.length) / total);
}

export interface FoldFeatures {
  /** The base with statistics measured on the training cases, without a head. */
  readonly base: Network;
  readonly problem: HeadProblem;
}

export interface FeatureOptions {
  readonly engine: EngineChoice;
  readonly seed: number;
  readonly classWeights: TrainingConfig['classWeights'];
  /** Asked between batches; what it throws ends the work. */
  readonly onBatch: (message: string, fraction: number) => void;
}

/**
 * Features of the training and validation cases of one fold; test cases are not among `cases`. Statistics of batch norms
 * are measured on the training cases first.
 */
export async function foldFeatures(
  start: Network,
  source: InputSource,
  cases: TrainingCases,
  { engine, seed, classWeights, onBatch }: FeatureOptions,
): Promise<FoldFeatures> {
  onBatch('Measuring the statistics of the base on the training images', 0);
  const base = await reestimateStatistics(start, source, cases.train, engine);
  const all = [...cases.train, ...cases.val];
  const features = await extractFeatures(featureNetwork(base, source.shape), source, all, {
    engine,
    onBatch: (done, total) => onBatch('Computing the features of the frozen base', done / total),
  });
  const classCount = cases.classes.length;
  const trainClasses = cases.train.map((i) => cases.truths[i] ?? 0);
  const weights = caseWeights(trainClasses, classCount, classWeights);
  const { columns } = features;
  const part = (indices: readonly number[], from: number): LabelledFeatures => {
    const classes = indices.map((i) => cases.truths[i] ?? 0);
    const data = features.data.subarray(from * columns, (from + indices.length) * columns);
    return {
      features: { data, rows: indices.length, columns },
      classes,
      weights: classes.map((k) => weights[k] ?? 1),
    };
  };
  const problem = { train: part(cases.train, 0), val: part(cases.val, cases.train.length), classCount, seed };
  return { base, problem };
}
