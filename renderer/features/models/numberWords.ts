import type { NumberEvaluation, NumberMetrics } from '../../../main/contract/evaluations.ts';
import type { NumberScale } from '../../../main/contract/labels.ts';
import type { Interval } from '../../../main/contract/values.ts';
import { decimalsOf } from '../../../main/domain/numberAnswer.ts';

/** `, mm` after the title of an axis. */
export const inUnit = ({ unit }: NumberScale): string => (unit === '' ? '' : `, ${unit}`);

const withUnit = (text: string, { unit }: NumberScale): string => (unit === '' ? text : `${text} ${unit}`);

/** Errors are smaller than what they are errors of: one more digit. */
const digitsOf = (scale: NumberScale): number => Math.min(4, decimalsOf(scale) + 1);

/** `+1.25 mm` */
export const signedText = (value: number, scale: NumberScale): string =>
  withUnit(`${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digitsOf(scale))}`, scale);

/** `1.84 [1.52, 2.19] mm` */
export function errorText({ value, low, high }: Interval, scale: NumberScale): string {
  const digits = digitsOf(scale);
  return withUnit(`${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`, scale);
}

/** From 0 to a round value beyond the largest bound: errors are read against nothing at all. */
export function errorDomain(estimates: readonly (Pick<Interval, 'high'> | undefined)[]): readonly [number, number] {
  const highest = Math.max(1e-9, ...estimates.flatMap((estimate) => estimate?.high ?? []));
  const step = 10 ** Math.floor(Math.log10(highest)) / 2;
  return [0, Math.ceil(highest / step) * step];
}

/** Said where a baseline's error is not above the model's interval: then nothing shows that the network is better. */
export function numberBaselineWarning({
  perCase,
  baselines,
}: {
  readonly perCase: Pick<NumberMetrics, 'meanAbsoluteError'>;
  readonly baselines: readonly Pick<NumberEvaluation['baselines'][number], 'name' | 'meanAbsoluteError'>[];
}): string | undefined {
  const rivals = baselines.filter(({ meanAbsoluteError }) => meanAbsoluteError.value <= perCase.meanAbsoluteError.high);
  if (rivals.length === 0) return undefined;
  return `Not shown to be better than ${rivals.map(({ name }) => name).join(' and ')}: too few cases, or nothing that needs a network.`;
}
