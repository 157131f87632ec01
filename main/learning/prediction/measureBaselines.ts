import type { Interval } from '../../contract/values.ts';
import { foldsTestingOnce } from '../../domain/split/foldScheme.ts';
import type { Estimate } from '../../domain/statistics/estimate.ts';
import { type Snapshot, splitOfCases } from '../dataset/openSnapshot.ts';
import { maxLevel } from '../dataset/preprocess.ts';
import { type BaselineResult, linearBaseline, prevalenceBaseline } from '../evaluation/baselines.ts';
import { evaluatePredictions } from '../evaluation/evaluatePredictions.ts';
import type { PixelData } from '../evaluation/pixelFeatures.ts';
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

/** What fits a baseline, given pictures and parts; each result holds an answer for every case of the snapshot. */
type FitBaselines<R> = (data: PixelData) => readonly R[];

interface FittedBaseline<R> {
  readonly name: string;
  readonly description: string;
  /** The cases to be judged, each with the fit that has not seen it. */
  readonly tested: readonly { readonly caseIndex: number; readonly result: R }[];
}

/** Baselines fitted on the same training parts as the model, for the same cases; none where another model's folds have no such part. */
export function baselinesOver<R extends { readonly name: string; readonly description: string }>(
  snapshot: Snapshot,
  caseIndexes: readonly number[],
  outOfFold: boolean,
  fitted: FitBaselines<R>,
): FittedBaseline<R>[] {
  const { splits, manifest } = snapshot;
  if (!outOfFold && splits.kind === 'folds') return [];
  const isFolded = outOfFold && splits.kind === 'folds';
  const folds = isFolded ? foldsTestingOnce(splits.scheme, splits.folds.length).map((k) => k + 1) : [undefined];
  const { size } = manifest.preprocessing;
  const pixels = { tensors: greyTensors(snapshot), shape: [manifest.cases.length, 1, size, size] as const };
  const byName = new Map<string, { description: string; tested: { caseIndex: number; result: R }[] }>();
  for (const fold of folds) {
    const parts = splitOfCases(snapshot, fold);
    const tested = caseIndexes.filter((i) => fold === undefined || parts[i] === 'test');
    for (const result of fitted({ ...pixels, parts })) {
      const known = byName.get(result.name) ?? { description: result.description, tested: [] };
      known.tested.push(...tested.map((caseIndex) => ({ caseIndex, result })));
      byName.set(result.name, known);
    }
  }
  return [...byName].map(([name, fitted]) => ({ name, ...fitted }));
}

/** What knowing nothing, and what a linear model, reaches on the same cases after fitting on the same training part. */
export function measureBaselines(
  snapshot: Snapshot,
  caseIndexes: readonly number[],
  outOfFold: boolean,
): BaselineScore[] {
  const { cases, classes } = snapshot.manifest;
  const classIndices = cases.map((c) => classes.indexOf(c.className));
  const fitted = baselinesOver<BaselineResult>(snapshot, caseIndexes, outOfFold, (pixels) => {
    const data = { ...pixels, classIndices, classCount: classes.length };
    return [prevalenceBaseline(data), linearBaseline(data)];
  });
  return fitted.map(({ name, description, tested }) => {
    const predictions = tested.map(({ caseIndex, result }) => asPrediction(snapshot, caseIndex, result));
    return scoreOf(snapshot, name, description, predictions);
  });
}

/** One channel suffices: three are copies. Of several slices their mean. */
function greyTensors({ manifest, levelsOf }: Snapshot): Float32Array {
  const area = manifest.preprocessing.size ** 2;
  const tensors = new Float32Array(manifest.cases.length * area);
  manifest.cases.forEach((_, i) => {
    const levels = levelsOf(i);
    const share = area / (maxLevel * levels.length);
    for (let k = 0; k < levels.length; k++) {
      const at = i * area + (k % area);
      tensors[at] = (tensors[at] ?? 0) + (levels[k] ?? 0) * share;
    }
  });
  return tensors;
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
  const task = recipe.task === 'ordinal' ? 'ordinal' : 'classification';
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
