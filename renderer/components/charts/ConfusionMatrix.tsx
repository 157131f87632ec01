import type { ReactNode } from 'react';
import { formatCount, formatPercent } from '../format.ts';
import './charts.css';

export interface ConfusionCell {
  readonly trueClass: string;
  readonly predictedClass: string;
}

interface ConfusionMatrixProps {
  readonly classes: readonly string[];
  /** counts[true][predicted], in the order of `classes`. */
  readonly counts: readonly (readonly number[])[];
  readonly chosen?: ConfusionCell | undefined;
  readonly onChoose: (cell: ConfusionCell) => void;
}

/** Rows are the truth, columns the model's answer; each cell opens its cases. */
export function ConfusionMatrix({ classes, counts, chosen, onChoose }: ConfusionMatrixProps): ReactNode {
  return (
    <table className="confusion" aria-label="Confusion matrix">
      <thead>
        <tr>
          <td rowSpan={2} className="confusion-corner">
            truth
          </td>
          <th scope="colgroup" colSpan={classes.length} className="confusion-axis">
            model says
          </th>
        </tr>
        <tr>
          {classes.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {classes.map((trueClass, t) => {
          const row = counts[t] ?? [];
          const total = row.reduce((sum, n) => sum + n, 0);
          return (
            <tr key={trueClass}>
              <th scope="row">{trueClass}</th>
              {classes.map((predictedClass, p) => {
                const n = row[p] ?? 0;
                const share = total > 0 ? n / total : 0;
                const isChosen = chosen?.trueClass === trueClass && chosen.predictedClass === predictedClass;
                return (
                  <td key={predictedClass}>
                    <button
                      type="button"
                      className={`confusion-cell ${t === p ? 'is-right' : 'is-wrong'}`}
                      style={{ '--share': share }}
                      aria-pressed={isChosen}
                      aria-label={`${n} cases: truth ${trueClass}, model says ${predictedClass}`}
                      onClick={() => onChoose({ trueClass, predictedClass })}
                    >
                      <strong>{formatCount(n)}</strong>
                      <span>{total > 0 ? formatPercent(share) : '–'}</span>
                    </button>
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

declare module 'react' {
  interface CSSProperties {
    '--share'?: number;
  }
}
