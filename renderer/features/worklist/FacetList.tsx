import type { ReactNode } from 'react';
import { formatCount } from '../../components/format.ts';
import type { Facet, FacetChoice } from './facets.ts';

interface FacetListProps {
  readonly facets: readonly Facet[];
  readonly chosen: ReadonlySet<FacetChoice>;
  readonly onToggle: (choice: FacetChoice) => void;
}

export function FacetList({ facets, chosen, onToggle }: FacetListProps): ReactNode {
  const alwaysShown = new Set(['status', 'modality']);
  const canNarrow = ({ id, options }: Facet): boolean =>
    alwaysShown.has(id) ||
    options.filter(({ count }) => count > 0).length > 1 ||
    options.some(({ choice }) => chosen.has(choice));
  return facets.filter(canNarrow).map((facet) => (
    <fieldset key={facet.id} className="facet">
      <legend>{facet.title}</legend>
      {facet.options
        .filter((option) => option.count > 0 || chosen.has(option.choice))
        .map((option) => (
          <label key={option.choice}>
            <input type="checkbox" checked={chosen.has(option.choice)} onChange={() => onToggle(option.choice)} />
            {option.colour ? <i className="badge-dot" style={{ background: option.colour }} /> : null}
            <span className="truncate">{option.title}</span>
            <span className="dim">{formatCount(option.count)}</span>
          </label>
        ))}
    </fieldset>
  ));
}
