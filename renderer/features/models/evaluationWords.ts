import type { ClassEvaluation, Evaluation, UnitMetrics } from '../../../main/contract/evaluations.ts';
import { viewsText } from '../../../main/contract/testTimeAugmentation.ts';
import { formatAmount } from '../../components/format.ts';
import { mainFigure } from '../../components/mainFigure.ts';

/** `6 cases of 6 patients` */
export const countText = ({ nCases, nPatients }: Pick<UnitMetrics, 'nCases' | 'nPatients'>): string =>
  `${formatAmount(nCases, 'case')} of ${formatAmount(nPatients, 'patient')}`;

const methodTexts: Readonly<Record<string, string>> = {
  delong: 'DeLong',
  'delong-logit': 'DeLong on the logit scale',
  bootstrap: 'bootstrap',
  'patient-bootstrap': 'patients resampled 2,000 times',
  obuchowski: 'Obuchowski, clustered by patient',
  wilson: 'Wilson score',
  'clopper-pearson': 'Clopper-Pearson',
  'newcombe-score': 'Newcombe score',
};

/** How an interval was made, by its usual name. */
export const methodText = (method: string): string => methodTexts[method] ?? method.replaceAll('-', ' ');

type Source = { readonly split: string; readonly outOfFold: boolean; readonly tta?: Evaluation['tta'] };

/** Where the cases come from. */
export function sourceText(evaluation: Source): string {
  const { tta } = evaluation;
  return tta ? `${partText(evaluation)}; ${viewsText(tta)}` : partText(evaluation);
}

function partText({ split, outOfFold }: Source): string {
  if (outOfFold) return 'out of fold: each case judged by the network that has not seen its patient';
  return split === 'test' ? 'test part' : split === 'val' ? 'validation part' : `part ${split}`;
}

/** Each look at a test part makes choices that fit it by accident a little more likely. */
export function looksText(looks: number): string {
  const times = looks === 1 ? 'once' : looks === 2 ? 'twice' : `${looks} times`;
  const warning =
    looks > 3 ? ' Choosing between models by these numbers makes them too good; keep a new test set for the end.' : '';
  return `These test cases have been looked at ${times} with this model.${warning}`;
}

/**
 * Whether the network was worth it: said where the best baseline is not below the model's interval, since then nothing
 * shows that the network is better.
 */
export function baselineWarning({
  perCase,
  baselines,
}: Pick<ClassEvaluation, 'perCase' | 'baselines'>): string | undefined {
  const own = mainFigure(perCase)?.estimate;
  if (!own) return undefined;
  const rivals = baselines.flatMap((baseline) => {
    const other = mainFigure(baseline)?.estimate;
    return other && other.value >= own.low ? [baseline.name] : [];
  });
  if (rivals.length === 0) return undefined;
  return `Not shown to be better than ${rivals.join(' and ')}: too few cases, or nothing that needs a network.`;
}

/** What to do about an evaluation that was refused, in plain words; after the message of the core. */
export function refusalAdvice(code: string): string | undefined {
  if (code === 'seen-in-training')
    return 'A test on them would say nothing about new patients, so it was not made. Choose a dataset of other patients, or the test part of its own.';
  if (code === 'shape-mismatch') return 'Freeze a dataset whose pictures are prepared as "Where it comes from" says.';
  if (code === 'out-of-memory') return 'Nothing was lost. Close other programs and try again.';
  return undefined;
}
