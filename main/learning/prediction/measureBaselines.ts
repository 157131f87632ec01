import type { SplitName } from '../../contract/datasets.ts';
import type { Interval } from '../../contract/values.ts';
import { foldsTestingOnce } from '../../domain/split/foldScheme.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import { type Snapshot, splitOfCases } from '../dataset/openSnapshot.ts';
import { networkInput } from '../dataset/preprocess.ts';
import { type BaselineResult, linearBaseline, prevalenceBaseline } from '../evaluation/baselines.ts';
import { evaluatePredictions } from '../evaluation/evaluatePredictions.ts';
import type { PredictedCase } from '../evaluation/predictedCase.ts';

export interface BaselineScore {
  readonly name: string;
  readonly description: string;
  readonly auroc?: Interval;
  /** Of ordered grades. */
  readonly kappa?: Interval;
  readonly meanAbsoluteError?: Interval;
  readonly accuracy: number;
}

/** What knowing nothing, and what a linear model, reaches on the same cases after fitting on the same training part. */
export function measureBaselines(
  snapshot: Snapshot,
  caseIndexes: readonly number[],
  outOfFold: boolean,
): BaselineScore[] {
  const { splits } = snapshot;
  if (!outOfFold && splits.kind === 'folds') return []; // another model's folds: no training part to fit on
  const isFolded = outOfFold && splits.kind === 'folds';
  const folds = isFolded ? foldsTestingOnce(splits.scheme, splits.folds.length).map((k) => k + 1) : [undefined];
  const tensors = greyTensors(snapshot);
  const byName = new Map<string, { description: string; cases: PredictedCase[] }>();
  for (const fold of folds) {
    const parts = splitOfCases(snapshot, fold);
    const tested = caseIndexes.filter((i) => fold === undefined || parts[i] === 'test');
    for (const result of fitBaselines(snapshot, tensors, parts)) {
      const known = byName.get(result.name) ?? { description: result.description, cases: [] };
      known.cases.push(...tested.map((i) => asPrediction(snapshot, i, result)));
      byName.set(result.name, known);
    }
  }
  return [...byName].map(([name, { description, cases }]) => scoreOf(snapshot, name, description, cases));
}

/** One channel suffices: three are copies. */
function greyTensors({ manifest, levelsOf }: Snapshot): Float32Array {
  const { size } = manifest.preprocessing;
  const plain = { ...manifest.preprocessing, channels: 1, mean: 0, standardDeviation: 1 } as const;
  const tensors = new Float32Array(manifest.cases.length * size * size);
  manifest.cases.forEach((_, i) => {
    networkInput(levelsOf(i), plain, tensors, i * size * size);
  });
  return tensors;
}

function fitBaselines({ manifest }: Snapshot, tensors: Float32Array, parts: readonly SplitName[]): BaselineResult[] {
  const { size } = manifest.preprocessing;
  const data = {
    tensors,
    shape: [manifest.cases.length, 1, size, size] as const,
    classIndices: manifest.cases.map((c) => manifest.classes.indexOf(c.className)),
    classCount: manifest.classes.length,
    parts,
  };
  return [prevalenceBaseline(data), linearBaseline(data)];
}

function asPrediction({ manifest }: Snapshot, caseIndex: number, { logits }: BaselineResult): PredictedCase {
  const found = manifest.cases[caseIndex];
  if (!found) throw new Error('a case outside the snapshot');
  return {
    caseId: found.caseId,
    patientId: found.patientId,
    trueClass: found.className,
    logits: logits[caseIndex] ?? [],
  };
}

const intervalOf = ({ value, low, high, method }: Estimate): Interval => ({ value, low, high, method });

function scoreOf(
  { manifest }: Snapshot,
  name: string,
  description: string,
  cases: readonly PredictedCase[],
): BaselineScore {
  const { classes, positive, unit, recipe } = manifest;
  const { task } = recipe;
  const { perCase } = evaluatePredictions({
    task,
    unit,
    cases,
    classes,
    ...(positive === undefined ? {} : { positive }),
  });
  const { auroc, accuracy, kappa, meanAbsoluteError } = perCase;
  if (!accuracy) throw new Error('a baseline without cases');
  return {
    name,
    description,
    ...(auroc && !kappa ? { auroc: intervalOf(auroc) } : {}),
    ...(kappa ? { kappa: intervalOf(kappa) } : {}),
    ...(meanAbsoluteError ? { meanAbsoluteError: intervalOf(meanAbsoluteError) } : {}),
    accuracy: accuracy.value,
  };
}
