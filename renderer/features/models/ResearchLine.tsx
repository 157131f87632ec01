import type { ReactNode } from 'react';

/** Under everything that a model says. */
export function ResearchLine(): ReactNode {
  return (
    <p className="research-line">
      Research use only. Not a medical device: no result here may guide the care of a patient.
    </p>
  );
}
