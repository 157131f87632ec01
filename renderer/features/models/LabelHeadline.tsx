import type { ReactNode } from 'react';
import type { LabelEvaluation } from '../../../main/contract/evaluations.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart, type IntervalRow } from '../../components/charts/IntervalChart.tsx';
import { Icon } from '../../components/Icon.tsx';
import { countText, looksText, methodText, sourceText } from './evaluationWords.ts';

/** Said where a baseline is not below the model's interval: then nothing shows that the network is better. */
export function labelBaselineWarning({
  perCase,
  baselines,
}: Pick<LabelEvaluation, 'perCase' | 'baselines'>): string | undefined {
  const { macro } = perCase;
  if (!macro) return undefined;
  const rivals = baselines.filter((baseline) => (baseline.macro?.value ?? 0) >= macro.low);
  if (rivals.length === 0) return undefined;
  return `Not shown to be better than ${rivals.map(({ name }) => name).join(' and ')}: too few cases, or nothing that needs a network.`;
}

/** The mean of the labels with its interval and n, beside what needs no network at all. */
export function LabelHeadline({ evaluation }: { readonly evaluation: LabelEvaluation }): ReactNode {
  const { perCase, baselines, looks } = evaluation;
  const { macro } = perCase;
  const warning = labelBaselineWarning(evaluation);
  const rows: readonly IntervalRow[] = [
    { id: 'model', label: 'this model', estimate: macro, detail: macro ? methodText(macro.method) : undefined },
    ...baselines.map(
      ({ name: id, description, macro: other }): IntervalRow => ({
        ...{ id, label: id, detail: description, estimate: other, tone: 'dim' },
      }),
    ),
  ];
  return (
    <Card className="headline-card">
      <div className="headline">
        <div className="headline-number">
          <p className="dim">Mean AUROC of {perCase.perLabel.length} labels, per case</p>
          {macro ? (
            <p className="headline-value">
              {macro.value.toFixed(2)}
              <span>
                [{macro.low.toFixed(2)}, {macro.high.toFixed(2)}]
              </span>
            </p>
          ) : (
            <p>Not defined: a label has only one answer among these cases.</p>
          )}
          <p>n = {countText(perCase)}</p>
          <p className="dim">{sourceText(evaluation)}</p>
          <p className="dim">{looksText(looks)}</p>
        </div>
        <div>
          <h2>Against what needs no network</h2>
          <IntervalChart label="The model and trivial baselines" rows={rows} reference={0.5} />
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
