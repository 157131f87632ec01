import type { EpochRow } from '../../../main/contract/training.ts';
import { labelColour } from '../../../main/domain/labelColours.ts';

export interface CurveData {
  readonly label: string;
  readonly colour: string;
  readonly isDashed: boolean;
  readonly values: readonly (number | null)[];
}

export interface RunCurveData {
  /** Epochs that any fold has been through, ascending. */
  readonly x: readonly number[];
  readonly loss: readonly CurveData[];
  readonly auroc: readonly CurveData[];
  /** The best epoch of each fold. */
  readonly best: readonly { readonly x: number; readonly text: string; readonly colour: string }[];
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
    const prefix = isFolded ? `fold ${fold ?? 1} ` : '';
    return { prefix, fold, rows, valuesOf, colour: isFolded ? labelColour(i) : accent };
  });
  const pair = (
    train: (row: EpochRow) => number | undefined,
    val: (row: EpochRow) => number | undefined,
  ): CurveData[] =>
    groups.flatMap(({ prefix, valuesOf, colour }) => [
      { label: `${prefix}training`, colour, isDashed: false, values: valuesOf(train) },
      { label: `${prefix}validation`, colour, isDashed: true, values: valuesOf(val) },
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
    best: groups.flatMap(({ rows, colour, fold }) => {
      const best = bestOf(rows);
      return best ? [{ x: best.epoch, text: isFolded ? `${fold ?? ''}` : `best: epoch ${best.epoch}`, colour }] : [];
    }),
  };
}
