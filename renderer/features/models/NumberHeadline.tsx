import type { ReactNode } from 'react';
import type { NumberEvaluation } from '../../../main/contract/evaluations.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart, type IntervalRow } from '../../components/charts/IntervalChart.tsx';
import { Icon } from '../../components/Icon.tsx';
import { countText, looksText, methodText, sourceText } from './evaluationWords.ts';
import { errorDomain, errorText, inUnit, numberBaselineWarning } from './numberWords.ts';

/** The mean error with its interval and n, beside what needs no network at all. */
export function NumberHeadline({ evaluation }: { readonly evaluation: NumberEvaluation }): ReactNode {
  const { name, scale, perCase, baselines, looks } = evaluation;
  const { meanAbsoluteError: error } = perCase;
  const warning = numberBaselineWarning(evaluation);
  const rows: readonly IntervalRow[] = [
    { id: 'model', label: 'this model', estimate: error, detail: methodText(error.method) },
    ...baselines.map(
      ({ name: id, description, meanAbsoluteError }): IntervalRow => ({
        ...{ id, label: id, detail: description, estimate: meanAbsoluteError, tone: 'dim' },
      }),
    ),
  ];
  const [value = '', ...interval] = errorText(error, scale).split(' ');
  return (
    <Card className="headline-card">
      <div className="headline">
        <div className="headline-number">
          <p className="dim">Mean error of {name}, per case</p>
          <p className="headline-value">
            {value}
            <span>{interval.join(' ')}</span>
          </p>
          <p>n = {countText(perCase)}</p>
          <p className="dim">{sourceText(evaluation)}</p>
          <p className="dim">{looksText(looks)}</p>
        </div>
        <div>
          <h2>Against what needs no network</h2>
          <IntervalChart
            label="The mean error of the model and of trivial baselines"
            rows={rows}
            domain={errorDomain(rows.map(({ estimate }) => estimate))}
          />
          {warning ? (
            <p className="headline-warning">
              <Icon name="warning" size={16} /> {warning}
            </p>
          ) : null}
          <p className="dim headline-note">
            Distance from the truth{inUnit(scale)}: less is better. Whiskers are 95 % intervals.
          </p>
        </div>
      </div>
    </Card>
  );
}
