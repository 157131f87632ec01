import type { UnitMetrics } from '../../main/contract/models.ts';
import type { Interval } from '../../main/contract/values.ts';

type Figures = Pick<UnitMetrics, 'auroc' | 'kappa'>;

/** The figure that sums a test up: kappa of ordered grades, AUROC of classes; undefined where neither is defined. */
export function mainFigure({
  kappa,
  auroc,
}: Figures): { readonly title: string; readonly estimate: Interval } | undefined {
  if (kappa) return { title: 'Weighted kappa', estimate: kappa };
  return auroc && { title: 'AUROC', estimate: auroc };
}
