import type { WorklistRow } from '../../../main/contract/images.ts';
import { isAskedAbout, type LabelDefinition } from '../../../main/contract/labels.ts';

/** One value of one facet, as chosen: `modality=CT`, `label:nodule=spiculated`, `label:nodule=` (no answer yet). */
export type FacetChoice = `${string}=${string}`;

export interface FacetOption {
  readonly choice: FacetChoice;
  readonly title: string;
  readonly colour?: string;
  /** Rows it would show together with the choices in other facets. */
  readonly count: number;
}

export interface Facet {
  readonly id: string;
  readonly title: string;
  readonly options: readonly FacetOption[];
}

interface FacetDefinition {
  readonly id: string;
  readonly title: string;
  readonly titleOf: (value: string) => string;
  readonly colourOf?: (value: string) => string | undefined;
  readonly valuesOf: (row: WorklistRow) => readonly string[];
  readonly order: readonly string[];
}

/** Rows carry the answers of the chosen reader, or of all readers while nobody is chosen. */
const statusTitles = {
  mine: { title: 'My reading', read: 'Read by me', unread: 'Not read by me' },
  anybody: { title: 'Reading', read: 'Read', unread: 'Not read' },
};
const findingTitles: Record<string, string> = { with: 'With data findings', without: 'Without' };

function definitionsOf(
  rows: readonly WorklistRow[],
  labels: readonly LabelDefinition[],
  whose: keyof typeof statusTitles,
): FacetDefinition[] {
  const status = statusTitles[whose];
  const modalities = [...new Set(rows.map((row) => row.modality))].sort();
  return [
    {
      id: 'status',
      title: status.title,
      titleOf: (v) => (v === 'read' ? status.read : status.unread),
      valuesOf: statusOf,
      order: ['unread', 'read'],
    },
    { id: 'modality', title: 'Modality', titleOf: (v) => v, valuesOf: (row) => [row.modality], order: modalities },
    ...labels
      .filter(({ scope, isRetired }) => scope !== 'lesion' && !isRetired)
      .map((definition) => (definition.number ? numberFacet(definition) : labelFacet(definition))),
    {
      id: 'findings',
      title: 'Data findings',
      titleOf: (v) => findingTitles[v] ?? v,
      valuesOf: (row) => [row.findings > 0 ? 'with' : 'without'],
      order: ['with', 'without'],
    },
  ];
}

const statusOf = (row: WorklistRow): readonly string[] => [row.labels.length + row.lesions > 0 ? 'read' : 'unread'];

const labelFacet = (definition: LabelDefinition): FacetDefinition => ({
  id: `label:${definition.id}`,
  title: definition.name,
  titleOf: (value) => value || 'no answer yet',
  colourOf: (value) => definition.values.find((other) => other.value === value)?.colour,
  valuesOf: (row) => {
    const values = row.labels.filter((mark) => mark.definitionId === definition.id).map((mark) => mark.value);
    return values.length > 0 || !isAskedAbout(definition, row.modality) ? values : [''];
  },
  order: ['', ...definition.values.map(({ value }) => value)],
});

/** Numbers are too many for a list: answered or not. */
const numberFacet = (definition: LabelDefinition): FacetDefinition => ({
  id: `label:${definition.id}`,
  title: definition.name,
  titleOf: (value) => (value ? 'answered' : 'no answer yet'),
  valuesOf: (row) => {
    if (row.labels.some((mark) => mark.definitionId === definition.id)) return ['number'];
    return isAskedAbout(definition, row.modality) ? [''] : [];
  },
  order: ['', 'number'],
});

const choiceOf = (facet: string, value: string): FacetChoice => `${facet}=${value}`;

function passes(row: WorklistRow, facet: FacetDefinition, chosen: ReadonlySet<FacetChoice>): boolean {
  const wanted = facet.order.filter((value) => chosen.has(choiceOf(facet.id, value)));
  return wanted.length === 0 || facet.valuesOf(row).some((value) => wanted.includes(value));
}

const textOf = (row: WorklistRow): string =>
  `${row.patientName} ${row.patientId} ${row.studyDescription ?? ''} ${row.seriesDescription ?? ''} ${row.modality} ${row.studyDate ?? ''}`.toLowerCase();

/** Rows that pass the search and all facets, and the facets with counts. Choices of one facet add up, facets narrow. */
export function applyFacets(
  rows: readonly WorklistRow[],
  labels: readonly LabelDefinition[],
  chosen: ReadonlySet<FacetChoice>,
  search: string,
  whose: keyof typeof statusTitles = 'mine',
): { rows: WorklistRow[]; facets: Facet[] } {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? rows : rows.filter((row) => words.every((word) => textOf(row).includes(word)));
  const definitions = definitionsOf(rows, labels, whose);
  const facets = definitions.map((facet) => {
    const others = definitions.filter((other) => other !== facet);
    const visible = found.filter((row) => others.every((other) => passes(row, other, chosen)));
    const options = facet.order.map((value): FacetOption => {
      const colour = facet.colourOf?.(value);
      return {
        choice: choiceOf(facet.id, value),
        title: facet.titleOf(value),
        ...(colour ? { colour } : {}),
        count: visible.filter((row) => facet.valuesOf(row).includes(value)).length,
      };
    });
    return { id: facet.id, title: facet.title, options };
  });
  return { rows: found.filter((row) => definitions.every((facet) => passes(row, facet, chosen))), facets };
}
