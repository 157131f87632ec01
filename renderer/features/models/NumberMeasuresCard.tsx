import type { ReactNode } from 'react';
import type { NumberEvaluation, NumberMetrics } from '../../../main/contract/evaluations.ts';
import type { NumberScale } from '../../../main/contract/labels.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart, type IntervalRow } from '../../components/charts/IntervalChart.tsx';
import { countText } from './evaluationWords.ts';
import { errorText, signedText } from './numberWords.ts';

const rowsOf = ({ concordance, correlation, rankCorrelation, explained }: NumberMetrics): readonly IntervalRow[] =>
  [
    { id: 'concordance', label: 'Concordance (Lin)', estimate: concordance },
    { id: 'pearson', label: 'Pearson r', estimate: correlation },
    { id: 'spearman', label: 'Spearman ρ', estimate: rankCorrelation },
    { id: 'explained', label: 'R²', estimate: explained },
  ].filter(({ estimate }) => estimate !== undefined);

function domainOf(rows: readonly IntervalRow[]): readonly [number, number] {
  const lowest = Math.min(0, ...rows.flatMap(({ estimate }) => estimate?.low ?? []));
  // Far below 0 the axis would leave no room for the rest.
  return [Math.max(-1, Math.floor(lowest * 5) / 5), 1];
}

function Errors({ metrics, scale }: { readonly metrics: NumberMetrics; readonly scale: NumberScale }): ReactNode {
  const { meanAbsoluteError, rootMeanSquareError, bias, agreement } = metrics;
  return (
    <dl className="facts">
      <div>
        <dt>Mean error</dt>
        <dd>{errorText(meanAbsoluteError, scale)}</dd>
      </div>
      <div>
        <dt>Root mean square</dt>
        <dd>{errorText(rootMeanSquareError, scale)}</dd>
      </div>
      <div>
        <dt>On average</dt>
        <dd>
          {bias ? errorText(bias, scale) : signedText(agreement.bias, scale)},{' '}
          {agreement.bias < 0 ? 'too low' : 'too high'}
        </dd>
      </div>
    </dl>
  );
}

/** Errors in the unit, and how far predicted and true numbers go together; per case and per patient. */
export function NumberMeasuresCard({ evaluation }: { readonly evaluation: NumberEvaluation }): ReactNode {
  const { scale, perCase, perPatient, perPatientReason } = evaluation;
  const rows = rowsOf(perCase);
  return (
    <Card title="How close">
      <div className="stack">
        <h3>
          Per case <span className="dim">{countText(perCase)}</span>
        </h3>
        <Errors metrics={perCase} scale={scale} />
        <IntervalChart label="Agreement per case" isDense rows={rows} domain={domainOf(rows)} />
        <h3>
          Per patient{' '}
          {perPatient ? <span className="dim">n = {perPatient.nPatients}, mean over their cases</span> : null}
        </h3>
        {perPatient ? <Errors metrics={perPatient} scale={scale} /> : <p className="dim">{perPatientReason}</p>}
        <p className="dim">
          Concordance is 1 only where model and truth are equal; r also where they are off by the same factor or amount.
        </p>
      </div>
    </Card>
  );
}
