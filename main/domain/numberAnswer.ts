/** What the answers of a question are numbers of. */
export interface NumberScale {
  /** As people write it: mm, mL, months; empty for a score. */
  readonly unit: string;
  /** The least and the largest answer there can be. */
  readonly minimum: number;
  readonly maximum: number;
}

/** 12, 12.4, 12,4, -3, .5; no exponents, no thousands separators: an answer is typed by a person. */
const shape = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;

/** The number that a person typed, with a decimal point or comma; undefined where it is none. */
export function typedNumber(text: string): number | undefined {
  const trimmed = text.trim();
  return shape.test(trimmed) ? Number(trimmed.replace(',', '.')) : undefined;
}

/** The one way an answer is stored, so that equal numbers are equal texts. */
export const numberText = (value: number): string => String(value === 0 ? 0 : value);

const unitOf = ({ unit }: NumberScale): string => (unit === '' ? '' : ` ${unit}`);

/** Why a text is no answer, in a sentence; undefined where it is one. */
export function numberProblem(text: string, scale: NumberScale): string | undefined {
  const value = typedNumber(text);
  if (value === undefined) return `'${text.trim()}' is not a number.`;
  if (value >= scale.minimum && value <= scale.maximum) return undefined;
  return `${numberText(value)} is not from ${scale.minimum} to ${scale.maximum}${unitOf(scale)}.`;
}

/** Digits after the point that mean something where answers spread over the scale: about a thousandth of it. */
export function decimalsOf({ minimum, maximum }: Pick<NumberScale, 'minimum' | 'maximum'>): number {
  return Math.min(4, Math.max(0, Math.floor(3 - Math.log10(maximum - minimum))));
}

/** A predicted or averaged number with its unit, `12.4 mm`. */
export const measureText = (value: number, scale: NumberScale): string =>
  `${value.toFixed(decimalsOf(scale))}${unitOf(scale)}`;

/** As a sentence says it: `0 to 60 mm`. */
export const scaleText = (scale: NumberScale): string => `${scale.minimum} to ${scale.maximum}${unitOf(scale)}`;
