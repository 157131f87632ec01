import type { SelectionInput } from './candidates.ts';

export interface SiteColumn {
  readonly name: string;
  /** Different values among the images that say something. */
  readonly values: number;
  /** Images without a value. */
  readonly missing: number;
}

/** Columns with as many values as images tell nothing apart, and one value leaves nothing to learn from. */
const MOST_VALUES = 20;

/** By what sites can be told apart among the images of a target: most images first, then fewest values. */
export function siteColumns({ images }: SelectionInput): SiteColumn[] {
  const known = images.map(({ sites }) => sites).filter((sites) => sites !== undefined);
  const names = [...new Set(known.flatMap((sites) => Object.keys(sites)))];
  return names
    .map((name) => {
      const given = known.map((sites) => sites[name]?.trim() ?? '').filter((value) => value !== '');
      return { name, values: new Set(given).size, missing: known.length - given.length };
    })
    .filter(({ values }) => values >= 2 && values <= MOST_VALUES)
    .sort((a, b) => a.missing - b.missing || a.values - b.values || (a.name < b.name ? -1 : 1));
}
