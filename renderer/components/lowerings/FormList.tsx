import type { ReactNode } from 'react';
import type { MeasuredForm } from '../../../main/contract/lowerings.ts';
import { formInWords, loweringsInWords, summariseForms } from '../../../main/contract/loweringWords.ts';
import './lowerings.css';

/** Which ways of computing were taken, and what they save. */
export function FormList({ forms }: { readonly forms: readonly MeasuredForm[] }): ReactNode {
  const { others } = summariseForms(forms);
  return (
    <div className="form-list">
      <p>{loweringsInWords(forms)}</p>
      {others.length > 0 ? (
        <details>
          <summary>{others.length === 1 ? 'Show it' : `Show the ${others.length}`}</summary>
          <dl>
            {others.map((form) => (
              <div key={form.key}>
                <dt>{form.key}</dt>
                <dd>{formInWords(form)}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </div>
  );
}
