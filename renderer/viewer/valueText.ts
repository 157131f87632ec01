import type { DisplayImage } from './displayImage.ts';

/** `1234 Bq/ml · SUVbw 3.21`, `-80 HU`, `512`. */
export function valueText(value: number, { unit, suv }: DisplayImage): string {
  const plain = `${rounded(value)}${unit ? ` ${unit}` : ''}`;
  if (!suv) return plain;
  return 'factor' in suv ? `${plain} · SUVbw ${(value * suv.factor).toFixed(2)}` : `${plain} · no SUV: ${suv.problem}`;
}

/** `lossy 10:1`, `lossy 10:1 then 2:1`, `lossy compressed` where the header states no ratio. */
export function lossyText(ratios: readonly number[]): string {
  if (ratios.length === 0) return 'lossy compressed';
  return `lossy ${ratios.map((ratio) => `${rounded(ratio)}:1`).join(' then ')}`;
}

export const rounded = (value: number): string =>
  Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : String(Number(value.toPrecision(3)));
