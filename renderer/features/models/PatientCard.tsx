import type { ReactNode } from 'react';
import type { Evaluation, UnitMetrics } from '../../../main/contract/models.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart, type IntervalRow } from '../../components/charts/IntervalChart.tsx';
import { countText } from './evaluationWords.ts';

const rowsOf = ({ auroc, sensitivity, specificity, balancedAccuracy, accuracy }: UnitMetrics): readonly IntervalRow[] =>
  [
    { id: 'sensitivity', label: 'Sensitivity', estimate: sensitivity },
    { id: 'specificity', label: 'Specificity', estimate: specificity },
    { id: 'balanced', label: 'Balanced accuracy', estimate: balancedAccuracy },
    { id: 'accuracy', label: 'Accuracy', estimate: accuracy },
    { id: 'auroc', label: 'AUROC', estimate: auroc },
  ].filter(({ estimate }) => estimate !== undefined);

/** Rates at the threshold, per case and per patient, or why there is no number per patient. */
export function PatientCard({ evaluation }: { evaluation: Evaluation }): ReactNode {
  const { perCase, perPatient, perPatientReason } = evaluation;
  return (
    <Card title="At this threshold">
      <div className="stack">
        <h3>
          Per case <span className="dim">{countText(perCase)}</span>
        </h3>
        <IntervalChart label="Rates per case" isDense rows={rowsOf({ ...perCase, auroc: undefined })} domain={[0, 1]} />
        <h3>
          Per patient{' '}
          {perPatient ? <span className="dim">n = {perPatient.nPatients}, mean logit of their cases</span> : null}
        </h3>
        {perPatient ? (
          <IntervalChart label="Rates per patient" isDense rows={rowsOf(perPatient)} domain={[0, 1]} />
        ) : (
          <p className="dim">{perPatientReason ?? 'Not measured.'}</p>
        )}
      </div>
    </Card>
  );
}
