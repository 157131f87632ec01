import type { ReactNode } from 'react';
import type { FormTrials } from '../../../../main/contract/lowerings.ts';
import { Card } from '../../../components/Card.tsx';
import { formatDate } from '../../../components/format.ts';
import { FormList } from '../../../components/lowerings/FormList.tsx';

/** What trainings have found out about this processor. */
export function LoweringsCard({ trials }: { readonly trials: readonly FormTrials[] }): ReactNode {
  return (
    <Card title="Ways of computing on the CPU">
      <p className="dim">
        Gradients can be computed in several ways that give the same up to rounding. A training times them for a few
        seconds before its first step, keeps the results here for later ones, and writes what it takes into its record:
        a resumed training goes on with the very same.
      </p>
      {trials.map(({ threads, measuredAt, forms }) => (
        <section key={threads} className="device-trials">
          <h3>
            {threads === 1 ? 'One thread' : `${threads} threads`}
            <span className="dim"> last timed on {formatDate(measuredAt)}</span>
          </h3>
          <FormList forms={forms} />
        </section>
      ))}
    </Card>
  );
}
