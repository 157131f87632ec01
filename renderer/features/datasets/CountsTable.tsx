import type { ReactNode } from 'react';
import type { DatasetPreview } from '../../../main/contract/datasets.ts';
import { formatCount } from '../../components/format.ts';
import { splitTitle } from './recipeWords.ts';

export type CaseCounts = Readonly<
  Record<string, Readonly<Record<string, { readonly cases: number; readonly patients: number }>>>
>;

interface CountsTableProps {
  readonly counts: CaseCounts;
  readonly classes: readonly string[];
  readonly positive?: string | undefined;
  readonly colourOf: (className: string) => string;
  /** Names the parts where they are sites. */
  readonly scheme?: DatasetPreview['scheme'];
  /** Labels: a case may have several or none, and only yes is counted. */
  readonly isLabels?: boolean;
}

const order = ['train', 'val', 'test'];
const placeOf = (split: string): number =>
  order.includes(split) ? order.indexOf(split) : Number(split.slice(5)) || 99;
export const inSplitOrder = (splits: readonly string[]): string[] =>
  [...splits].sort((a, b) => placeOf(a) - placeOf(b));

/** Cases, and in small letters patients, of each part and class. */
export function CountsTable({
  counts,
  classes,
  positive,
  colourOf,
  scheme,
  isLabels = false,
}: CountsTableProps): ReactNode {
  const splits = inSplitOrder(Object.keys(counts));
  const at = (split: string, className: string): { cases: number; patients: number } =>
    counts[split]?.[className] ?? { cases: 0, patients: 0 };
  // A number has one column: it is the sum.
  const isSum = classes.length > 1 && !isLabels;
  const sum = (splitsIn: readonly string[], classesIn: readonly string[]): number =>
    splitsIn.reduce((all, split) => all + classesIn.reduce((n, name) => n + at(split, name).cases, 0), 0);
  return (
    <table className="data-table counts-table" aria-label="Cases by part and class">
      <thead>
        <tr>
          <th scope="col">Part</th>
          {classes.map((name) => (
            <th key={name} scope="col" className="is-number">
              <i className="badge-dot" style={{ background: colourOf(name) }} /> {name}
              {name === positive ? ' (positive)' : ''}
              {isLabels ? ': yes' : ''}
            </th>
          ))}
          {isSum ? (
            <th scope="col" className="is-number">
              All cases
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {splits.map((split) => (
          <tr key={split}>
            <th scope="row">{splitTitle(split, scheme)}</th>
            {classes.map((name) => {
              const { cases, patients } = at(split, name);
              return (
                <td key={name} className="is-number">
                  {formatCount(cases)} <span className="dim counts-patients">{formatCount(patients)} pat.</span>
                </td>
              );
            })}
            {isSum ? <td className="is-number">{formatCount(sum([split], classes))}</td> : null}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All</th>
          {classes.map((name) => (
            <td key={name} className="is-number">
              {formatCount(sum(splits, [name]))} <span className="counts-patients" />
            </td>
          ))}
          {isSum ? <td className="is-number">{formatCount(sum(splits, classes))}</td> : null}
        </tr>
      </tfoot>
    </table>
  );
}
