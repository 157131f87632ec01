import type { ReactNode } from 'react';
import type { Evaluation } from '../../../main/contract/models.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart, type IntervalRow } from '../../components/charts/IntervalChart.tsx';
import { formatPercent } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { baselineWarning, countText, looksText, methodText, sourceText } from './evaluationWords.ts';

/** The number that counts, with its interval and n, beside what needs no network at all. */
export function Headline({ evaluation }: { evaluation: Evaluation }): ReactNode {
  const { perCase, baselines, looks } = evaluation;
  const { auroc, accuracy } = perCase;
  const shown = auroc ?? accuracy;
  const warning = baselineWarning(evaluation);
  const rows: readonly IntervalRow[] = [
    { id: 'model', label: 'this model', estimate: shown, detail: methodText(shown.method) },
    ...baselines.map(
      ({ name, description, auroc: other, accuracy: share }): IntervalRow => ({
        id: name,
        label: name,
        detail: other ? description : `${description}; ${formatPercent(share)} right`,
        estimate: other,
        tone: 'dim',
      }),
    ),
  ];
  return (
    <Card className="headline-card">
      <div className="headline">
        <div className="headline-number">
          <p className="dim">{auroc ? 'AUROC per case' : 'Accuracy per case'}</p>
          <p className="headline-value">
            {shown.value.toFixed(2)}
            <span>
              [{shown.low.toFixed(2)}, {shown.high.toFixed(2)}]
            </span>
          </p>
          <p>n = {countText(perCase)}</p>
          <p className="dim">{sourceText(evaluation)}</p>
          <p className="dim">{looksText(looks)}</p>
        </div>
        <div>
          <h2>Against what needs no network</h2>
          <IntervalChart
            label="The model and trivial baselines"
            rows={rows}
            {...(auroc ? { reference: 0.5 } : { domain: [0, 1] as const })}
          />
          {warning ? (
            <p className="headline-warning">
              <Icon name="warning" size={16} /> {warning}
            </p>
          ) : null}
          <p className="dim headline-note">Whiskers are 95 % intervals; the dotted line is guessing.</p>
        </div>
      </div>
    </Card>
  );
}
