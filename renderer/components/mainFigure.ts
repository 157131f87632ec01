import type { Interval } from '../../main/contract/values.ts';

interface Figures {
  readonly auroc?: Interval | undefined;
  readonly kappa?: Interval | undefined;
  readonly meanAbsoluteError?: Interval | undefined;
}

/** The figure that sums a test up: kappa of ordered grades, AUROC of classes, the mean error of a number; undefined where none is defined. */
export function mainFigure({
  kappa,
  auroc,
  meanAbsoluteError,
}: Figures): { readonly title: string; readonly estimate: Interval } | undefined {
  if (kappa) return { title: 'Weighted kappa', estimate: kappa };
  if (auroc) return { title: 'AUROC', estimate: auroc };
  return meanAbsoluteError && { title: 'Mean error', estimate: meanAbsoluteError };
}
