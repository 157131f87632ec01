import type { ReactNode } from 'react';
import type { ClassEvaluation, UnitMetrics } from '../../../main/contract/evaluations.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart, type IntervalRow } from '../../components/charts/IntervalChart.tsx';
import { formatInterval } from '../../components/format.ts';
import { countText } from './evaluationWords.ts';

const rowsOf = ({
  auroc,
  sensitivity,
  specificity,
  balancedAccuracy,
  accuracy,
  kappa,
}: UnitMetrics): readonly IntervalRow[] =>
  [
    { id: 'sensitivity', label: 'Sensitivity', estimate: sensitivity },
    { id: 'specificity', label: 'Specificity', estimate: specificity },
    { id: 'balanced', label: 'Balanced accuracy', estimate: balancedAccuracy },
    { id: 'accuracy', label: 'Accuracy', estimate: accuracy },
    // Chance ranks far-off grades right, too: of grades, AUROC says little.
    { id: 'auroc', label: 'AUROC', estimate: kappa ? undefined : auroc },
    { id: 'kappa', label: 'Weighted kappa', estimate: kappa },
  ].filter(({ estimate }) => estimate !== undefined);

function DistanceLine({ metrics: { meanAbsoluteError } }: { readonly metrics: UnitMetrics }): ReactNode {
  if (!meanAbsoluteError) return null;
  return <p>On average {formatInterval(meanAbsoluteError)} grades from the truth.</p>;
}

const titleOf = ({ perCase, threshold }: ClassEvaluation): string => {
  if (perCase.kappa) return 'How far off';
  return threshold.value === null ? 'All classes together' : 'At this threshold';
};

/** Rates at the threshold, per case and per patient, or why there is no number per patient. */
export function PatientCard({ evaluation }: { evaluation: ClassEvaluation }): ReactNode {
  const { perCase, perPatient, perPatientReason } = evaluation;
  // Kappa can be below 0.
  const low = Math.min(0, perCase.kappa?.low ?? 0, perPatient?.kappa?.low ?? 0);
  const domain = [Math.max(-1, Math.floor(low * 5) / 5), 1] as const;
  return (
    <Card title={titleOf(evaluation)}>
      <div className="stack">
        <h3>
          Per case <span className="dim">{countText(perCase)}</span>
        </h3>
        <IntervalChart label="Rates per case" isDense rows={rowsOf({ ...perCase, auroc: undefined })} domain={domain} />
        <DistanceLine metrics={perCase} />
        <h3>
          Per patient{' '}
          {perPatient ? <span className="dim">n = {perPatient.nPatients}, mean logit of their cases</span> : null}
        </h3>
        {perPatient ? (
          <IntervalChart label="Rates per patient" isDense rows={rowsOf(perPatient)} domain={domain} />
        ) : (
          <p className="dim">{perPatientReason ?? 'Not measured.'}</p>
        )}
      </div>
    </Card>
  );
}
