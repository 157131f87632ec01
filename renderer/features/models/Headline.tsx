import type { ReactNode } from 'react';
import type { ClassEvaluation } from '../../../main/contract/evaluations.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart, type IntervalRow } from '../../components/charts/IntervalChart.tsx';
import { formatPercent } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { mainFigure } from '../../components/mainFigure.ts';
import { baselineWarning, countText, looksText, methodText, sourceText } from './evaluationWords.ts';

/** Guessing is 0.5 in AUROC and 0 in kappa, which falls below 0 for worse than that. */
function axisOf({ kappa, auroc }: ClassEvaluation['perCase'], rows: readonly IntervalRow[]) {
  if (kappa) {
    const lowest = Math.min(0, ...rows.flatMap(({ estimate }) => estimate?.low ?? []));
    return { reference: 0, domain: [Math.max(-1, Math.floor(lowest * 5) / 5), 1] as const };
  }
  return auroc ? { reference: 0.5 } : { domain: [0, 1] as const };
}

/** The number that counts, with its interval and n, beside what needs no network at all. */
export function Headline({ evaluation }: { evaluation: ClassEvaluation }): ReactNode {
  const { perCase, baselines, looks } = evaluation;
  const figure = mainFigure(perCase) ?? { title: 'Accuracy', estimate: perCase.accuracy };
  const shown = figure.estimate;
  const warning = baselineWarning(evaluation);
  const rows: readonly IntervalRow[] = [
    { id: 'model', label: 'this model', estimate: shown, detail: methodText(shown.method) },
    ...baselines.map((baseline): IntervalRow => {
      const { name, description, accuracy } = baseline;
      const other = mainFigure(baseline)?.estimate;
      const detail = other ? description : `${description}; ${formatPercent(accuracy)} right`;
      return { id: name, label: name, detail, estimate: other, tone: 'dim' };
    }),
  ];
  return (
    <Card className="headline-card">
      <div className="headline">
        <div className="headline-number">
          <p className="dim">
            {figure.title} per case{perCase.perClass && !perCase.kappa && perCase.auroc ? ', mean of the classes' : ''}
          </p>
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
          <IntervalChart label="The model and trivial baselines" rows={rows} {...axisOf(perCase, rows)} />
          {warning ? (
            <p className="headline-warning">
              <Icon name="warning" size={16} /> {warning}
            </p>
          ) : null}
          <p className="dim headline-note">
            Whiskers are 95 % intervals; the dotted line is guessing.
            {perCase.kappa ? ' Kappa counts a miss by the square of how many grades it is off.' : ''}
          </p>
        </div>
      </div>
    </Card>
  );
}
