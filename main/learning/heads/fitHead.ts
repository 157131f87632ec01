import { float32, type Tensors } from '../network/tensor.ts';
import { calibrate } from './calibrate.ts';
import { headBias, headWeight } from './featureNetwork.ts';
import type { LabelledFeatures } from './featureTable.ts';
import { firstTrees, fitForest, forestTableLogits } from './forest.ts';
import {
  decisionValues,
  fitLinear,
  foldedHead,
  type LinearLoss,
  linearProblem,
  logitsOfDecision,
  uncalibrated,
} from './linearHead.ts';
import { weightedLogLoss } from './logLoss.ts';
import { nearestOfTable, rememberCases, votesToLogits } from './neighbours.ts';
import { standardised } from './standardise.ts';
import { type TableHead, tensorsOfHead } from './tableHead.ts';

export const headKinds = ['logistic', 'svm', 'forest', 'knn'] as const;
export type HeadKind = (typeof headKinds)[number];

/** What was tried: C of the linear heads; trees and the smallest leaf of a forest; k of the neighbours. */
export type HeadSettings = Readonly<Record<string, number>>;

export interface HeadTrial {
  readonly settings: HeadSettings;
  /** Mean cross entropy on validation cases, weighted as training is. */
  readonly valLoss: number;
  readonly valLogits: readonly (readonly number[])[];
  readonly trainLoss: number;
  readonly head: () => FittedHead;
}

export type FittedHead =
  | { readonly kind: 'linear'; readonly state: Tensors }
  | { readonly kind: 'table'; readonly table: TableHead; readonly state: Tensors };

export interface HeadProblem {
  readonly train: LabelledFeatures;
  readonly val: LabelledFeatures;
  readonly classCount: number;
  readonly seed: number;
}

/** Settings that are tried unless told otherwise. */
export const usualSettings: Readonly<Record<HeadKind, readonly HeadSettings[]>> = {
  logistic: [1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 1].map((c) => ({ c })),
  svm: [1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1].map((c) => ({ c })),
  forest: [1, 4].flatMap((minLeaf) => [50, 100, 200].map((trees) => ({ trees, minLeaf }))),
  knn: [1, 3, 5, 9, 15, 25, 41, 65].map((k) => ({ k })),
};

const lossOn = ({ classes, weights }: LabelledFeatures, logits: readonly (readonly number[])[]): number =>
  weightedLogLoss(logits, classes, weights);

function* linearTrials(kind: LinearLoss, problem: HeadProblem, tried: readonly HeadSettings[]): Generator<HeadTrial> {
  const { train, val, classCount } = problem;
  const linear = linearProblem(train, classCount);
  const { columns, scaling, x } = linear;
  const valX = standardised(val.features, scaling);
  let start: Float64Array | undefined;
  // From the smallest C: each fit starts where the last one ended.
  for (const settings of [...tried].sort((a, b) => (a.c ?? 0) - (b.c ?? 0))) {
    const raw = fitLinear(linear, kind, settings.c ?? 1, start);
    start = raw;
    const valValues = decisionValues(raw, valX, columns, classCount);
    const calibration = kind === 'svm' ? calibrate(valValues, val.classes, val.weights) : uncalibrated;
    const logitsOf = (values: readonly (readonly number[])[]) =>
      values.map((row) => logitsOfDecision(row, calibration));
    const valLogits = logitsOf(valValues);
    const trainLoss = lossOn(train, logitsOf(decisionValues(raw, x, columns, classCount)));
    const head = (): FittedHead => {
      const { weights, bias } = foldedHead(raw, linear, calibration);
      const state = { [headWeight]: float32([classCount, columns], weights), [headBias]: float32([classCount], bias) };
      return { kind: 'linear', state };
    };
    yield { settings, valLoss: lossOn(val, valLogits), valLogits, trainLoss, head };
  }
}

const tableHead = (table: TableHead): FittedHead => ({ kind: 'table', table, state: tensorsOfHead(table) });

function* forestTrials(
  { train, val, classCount, seed }: HeadProblem,
  tried: readonly HeadSettings[],
): Generator<HeadTrial> {
  for (const [minLeaf = 1, group] of Map.groupBy(tried, ({ minLeaf = 1 }) => minLeaf)) {
    const trees = Math.max(...group.map((settings) => settings.trees ?? 100));
    const whole = fitForest(train, classCount, { trees, minLeaf, seed });
    for (const settings of group) {
      const forest = firstTrees(whole, settings.trees ?? 100);
      const valLogits = forestTableLogits(forest, val.features);
      const trainLoss = lossOn(train, forestTableLogits(forest, train.features));
      const head = () => tableHead({ kind: 'forest', forest });
      yield { settings, valLoss: lossOn(val, valLogits), valLogits, trainLoss, head };
    }
  }
}

function* neighbourTrials(
  { train, val, classCount }: HeadProblem,
  tried: readonly HeadSettings[],
): Generator<HeadTrial> {
  const remembered = rememberCases(train, classCount, 1);
  const most = Math.min(train.features.rows, Math.max(...tried.map(({ k = 1 }) => k)));
  const ofVal = nearestOfTable(remembered, val.features, most);
  const ofTrain = nearestOfTable(remembered, train.features, most);
  const logitsOf = (lists: readonly number[][], k: number) =>
    lists.map((list) => votesToLogits(remembered, list.slice(0, k)));
  for (const settings of tried) {
    const k = settings.k ?? 1;
    if (k > train.features.rows) continue;
    const valLogits = logitsOf(ofVal, k);
    const head = () => tableHead({ kind: 'knn', neighbours: { ...remembered, k } });
    yield {
      settings,
      valLoss: lossOn(val, valLogits),
      valLogits,
      trainLoss: lossOn(train, logitsOf(ofTrain, k)),
      head,
    };
  }
}

/** Every setting, fitted on training cases and judged on validation cases. */
export function headTrials(
  kind: HeadKind,
  problem: HeadProblem,
  tried: readonly HeadSettings[] = usualSettings[kind],
): Generator<HeadTrial> {
  if (kind === 'forest') return forestTrials(problem, tried);
  if (kind === 'knn') return neighbourTrials(problem, tried);
  return linearTrials(kind, problem, tried);
}
