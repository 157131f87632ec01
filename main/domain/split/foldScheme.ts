/** How a list of folds came about, beyond one dealing into parts: says which folds test the same cases. */
export type FoldScheme =
  /** The patients dealt out anew `repeats` times; fold i is fold i % folds of repeat floor(i / folds). */
  | { readonly kind: 'repeated'; readonly folds: number; readonly repeats: number }
  /** Each outer fold with `inner` validation parts that take turns; i is inner fold i % inner of outer fold floor(i / inner). */
  | { readonly kind: 'nested'; readonly folds: number; readonly inner: number }
  /** Fold i tests everything of one site. */
  | { readonly kind: 'leave-out'; readonly by: string; readonly names: readonly string[] };

/** Folds that are reported together: those of one repeat, of one outer fold, or one site. */
export interface FoldGroup {
  readonly title: string;
  /** Positions in the list of folds. */
  readonly folds: readonly number[];
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** What one fold is called, from 0. */
export function foldTitle(scheme: FoldScheme | undefined, fold: number): string {
  switch (scheme?.kind) {
    case 'repeated':
      return `Repeat ${Math.floor(fold / scheme.folds) + 1}, fold ${(fold % scheme.folds) + 1}`;
    case 'nested':
      return `Fold ${Math.floor(fold / scheme.inner) + 1}, inner ${(fold % scheme.inner) + 1}`;
    case 'leave-out':
      return scheme.names[fold] ?? `Fold ${fold + 1}`;
    case undefined:
      return `Fold ${fold + 1}`;
  }
}

/** The lists that an evaluation shows, each line with its own figures. */
export function foldGroups(scheme: FoldScheme | undefined, count: number): readonly FoldGroup[] {
  switch (scheme?.kind) {
    case 'repeated':
      return range(0, scheme.repeats).map((repeat) => ({
        title: `Repeat ${repeat + 1}`,
        folds: range(repeat * scheme.folds, scheme.folds),
      }));
    case 'nested':
      return range(0, scheme.folds).map((fold) => ({
        title: `Fold ${fold + 1}`,
        folds: range(fold * scheme.inner, scheme.inner),
      }));
    case 'leave-out':
    case undefined:
      return range(0, count).map((fold) => ({ title: foldTitle(scheme, fold), folds: [fold] }));
  }
}

/** Folds, from 0, that test every case exactly once: the first repeat, or the first inner fold of each. */
export function foldsTestingOnce(scheme: FoldScheme | undefined, count: number): number[] {
  if (scheme?.kind === 'repeated') return range(0, scheme.folds);
  return range(0, count).filter((fold) => scheme?.kind !== 'nested' || fold % scheme.inner === 0);
}

/** How many networks test each case: none of them has seen its patient. */
export function testsPerCase(scheme: FoldScheme | undefined): number {
  if (scheme?.kind === 'repeated') return scheme.repeats;
  return scheme?.kind === 'nested' ? scheme.inner : 1;
}
