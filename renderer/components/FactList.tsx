import type { ReactNode } from 'react';

export type NamedFact = readonly [name: string, value: ReactNode];

interface FactListProps {
  readonly facts: readonly NamedFact[];
  /** Beside each other, each with its name above it, instead of one a line. */
  readonly isRow?: boolean;
}

/** Names, each once, and what they are; what is not known (undefined, or no words) is left out. */
export function FactList({ facts, isRow }: FactListProps): ReactNode {
  return (
    <dl className={isRow ? 'facts is-row' : 'facts'}>
      {facts.map(([name, value]) =>
        value === undefined || value === '' ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
