import type { ReactNode } from 'react';
import type { LabelEvaluation } from '../../../main/contract/evaluations.ts';
import { Card } from '../../components/Card.tsx';
import { formatCount, formatInterval } from '../../components/format.ts';

/** How often each label was answered and is true, from which score on it is called, and what a linear model reaches. */
export function LabelCountsCard({ evaluation }: { readonly evaluation: LabelEvaluation }): ReactNode {
  const { perCase, perPatient, perPatientReason, baselines, thresholdRule } = evaluation;
  const linear = baselines.find(({ name }) => name !== 'prevalence');
  return (
    <Card title="Answers and thresholds">
      <div className="stack">
        <table className="data-table" aria-label="Answers and thresholds by label">
          <thead>
            <tr>
              <th scope="col">Label</th>
              <th scope="col" className="is-number">
                Yes
              </th>
              <th scope="col" className="is-number">
                Answered
              </th>
              <th scope="col" className="is-number">
                Called from
              </th>
              <th scope="col">AUROC of this model</th>
              <th scope="col">{linear ? `AUROC of ${linear.name}` : ''}</th>
              <th scope="col">{perPatient ? 'AUROC per patient' : ''}</th>
            </tr>
          </thead>
          <tbody>
            {perCase.perLabel.map(({ name, nYes, nCases, threshold, auroc }, i) => {
              const rival = linear?.perLabel[i];
              const ofPatients = perPatient?.perLabel[i]?.auroc;
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="is-number">{formatCount(nYes)}</td>
                  <td className="is-number">{formatCount(nCases)}</td>
                  <td className="is-number">{threshold.toFixed(3)}</td>
                  <td>{auroc ? formatInterval(auroc) : 'one answer only'}</td>
                  <td className="dim">{rival ? formatInterval(rival) : ''}</td>
                  <td className="dim">{ofPatients ? formatInterval(ofPatients) : ''}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        <p className="dim">
          Thresholds: {thresholdRule}. {perPatientReason ?? ''}
        </p>
      </div>
    </Card>
  );
}
