import type { EpochRow } from '../../../main/contract/training.ts';
import { labelColour } from '../../../main/domain/labelColours.ts';

export interface CurveData {
  readonly label: string;
  /** `fold 2`; absent without folds. */
  readonly group: string | undefined;
  readonly colour: string;
  readonly isDashed: boolean;
  readonly values: readonly (number | null)[];
}

export interface RunCurveData {
  /** Epochs that any fold has been through, ascending. */
  readonly x: readonly number[];
  readonly loss: readonly CurveData[];
  readonly auroc: readonly CurveData[];
  /** Of ordered grades, in its place: mean distance from the truth. */
  readonly error: readonly CurveData[];
  /** The best epoch of each fold, with its validation values. */
  readonly best: readonly BestEpoch[];
}

export interface BestEpoch {
  readonly epoch: number;
  readonly colour: string;
  /** Only where there is one: several would overlap. */
  readonly text: string | undefined;
  readonly valLoss: number;
  readonly valAuroc: number | undefined;
  readonly valError: number | undefined;
}

const accent = '#4cb8d4';

/** The row with the lowest validation loss. */
const bestOf = (rows: readonly EpochRow[]): EpochRow | undefined =>
  rows.reduce<EpochRow | undefined>((best, row) => (best && best.valLoss <= row.valLoss ? best : row), undefined);

/** Curves of a run: training solid, validation dashed; one colour per fold. */
export function runCurves(epochs: readonly EpochRow[]): RunCurveData {
  const x = [...new Set(epochs.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  const folds = [...Map.groupBy(epochs, ({ fold }) => fold)].sort(([a = 0], [b = 0]) => a - b);
  const isFolded = folds.length > 1 || folds[0]?.[0] !== undefined;
  const groups = folds.map(([fold, rows], i) => {
    const byEpoch = new Map(rows.map((row) => [row.epoch, row]));
    const valuesOf = (read: (row: EpochRow) => number | undefined): (number | null)[] =>
      x.map((epoch) => {
        const row = byEpoch.get(epoch);
        return (row && read(row)) ?? null;
      });
    const group = isFolded ? `fold ${fold ?? 1}` : undefined;
    return { group, rows, valuesOf, colour: isFolded ? labelColour(i) : accent };
  });
  const pair = (
    train: (row: EpochRow) => number | undefined,
    val: (row: EpochRow) => number | undefined,
  ): CurveData[] =>
    groups.flatMap(({ group, valuesOf, colour }) => [
      { label: 'training', group, colour, isDashed: false, values: valuesOf(train) },
      { label: 'validation', group, colour, isDashed: true, values: valuesOf(val) },
    ]);
  return {
    x,
    loss: pair(
      (row) => row.loss,
      (row) => row.valLoss,
    ),
    auroc: pair(
      (row) => row.trainAuroc,
      (row) => row.valAuroc,
    ),
    error: pair(
      (row) => row.trainError,
      (row) => row.valError,
    ),
    best: groups.flatMap(({ rows, colour, group }): BestEpoch[] => {
      const best = bestOf(rows);
      if (!best) return [];
      const { epoch, valLoss, valAuroc, valError } = best;
      const text = group === undefined ? `best: epoch ${epoch}` : undefined;
      return [{ epoch, colour, text, valLoss, valAuroc, valError }];
    }),
  };
}
