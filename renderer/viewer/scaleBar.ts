import { lengthUnit, type Ruler } from './measurement.ts';
import type { ViewTransform } from './viewTransform.ts';

export interface ScaleBar {
  readonly widthPixels: number;
  readonly text: string;
}

const steps = [1, 2, 5] as const;

/** The longest of 1, 2, 5, 10, ... mm that takes at most `room` CSS pixels; none without a spacing. */
export function scaleBar(
  transform: ViewTransform | undefined,
  spacing: Ruler | undefined,
  room: number,
): ScaleBar | undefined {
  if (!transform || !spacing || spacing.columnMm <= 0 || lengthUnit(spacing) === 'px') return undefined;
  const perMm = transform.scaleX / spacing.columnMm;
  const most = room / perMm;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = steps.findLast((candidate) => candidate * power <= most) ?? 1;
  const mm = step * power;
  return { widthPixels: mm * perMm, text: `${mm >= 1 ? mm : mm.toPrecision(1)} ${lengthUnit(spacing)}` };
}
