import type { MeasuredForm } from './lowerings.ts';

const rounded = (milliseconds: number): string => milliseconds.toFixed(milliseconds < 10 ? 2 : 1);

/** `in blocks of 16 channels: 3.10 ms instead of 12.6 ms` */
export function formInWords({ form, usual, milliseconds }: MeasuredForm): string {
  const [taken, left] = [milliseconds?.[form], milliseconds?.[usual]];
  if (taken === undefined || left === undefined) return `${form}; not timed`;
  return form === usual
    ? `${form}: ${rounded(taken)} ms`
    : `${form}: ${rounded(taken)} ms instead of ${rounded(left)} ms`;
}

export interface LoweringSummary {
  /** Those written otherwise than by rules of shape, by what they save, most first. */
  readonly others: readonly MeasuredForm[];
  readonly timed: number;
  readonly untimed: number;
  /** Milliseconds of all timed ones together, each counted once: in the usual way, and as taken. */
  readonly usual: number;
  readonly taken: number;
}

const savedBy = ({ form, usual, milliseconds }: MeasuredForm): number =>
  (milliseconds?.[usual] ?? 0) - (milliseconds?.[form] ?? 0);

export function summariseForms(forms: readonly MeasuredForm[]): LoweringSummary {
  const timed = forms.filter(({ milliseconds }) => milliseconds !== undefined);
  const sum = (of: (form: MeasuredForm) => number | undefined) =>
    timed.reduce((total, form) => total + (of(form) ?? 0), 0);
  return {
    others: timed.filter(({ form, usual }) => form !== usual).toSorted((a, b) => savedBy(b) - savedBy(a)),
    timed: timed.length,
    untimed: forms.length - timed.length,
    usual: sum(({ usual, milliseconds }) => milliseconds?.[usual]),
    taken: sum(({ form, milliseconds }) => milliseconds?.[form]),
  };
}

/** One sentence on what trials have found. */
export function loweringsInWords(forms: readonly MeasuredForm[]): string {
  const { others, timed, untimed, usual, taken } = summariseForms(forms);
  const late = untimed > 0 ? ` ${untimed} more were not timed: the time for trials was up.` : '';
  if (others.length === 0)
    return `${timed} computations timed; none is faster in another way than the usual one.${late}`;
  const times = `${rounded(taken)} ms instead of ${rounded(usual)} ms`;
  return `${others.length} of ${timed} computations are faster in another way than the usual one: all together ${times}.${late}`;
}
