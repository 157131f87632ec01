import type { WindowAxis } from './window.ts';
import { overhang } from './window.ts';

/** The numbers of both axes, said once where they are equal. */
function both(values: readonly number[]): string {
  const [rows, columns] = values;
  return rows === columns ? String(rows) : values.join(' x ');
}

/** `a 3 x 3 convolution of 16 images, 64 channels, 32 x 32, to 128 channels, 16 x 16; stride 2, padding 1` */
export function inWords(
  batch: number,
  filters: readonly number[],
  windows: readonly WindowAxis[],
  group: number,
): string {
  const [outputs = 1, each = 1, rows = 1, columns = 1] = filters;
  const size = (key: 'input' | 'output') => windows.map((axis) => axis[key]).join(' x ');
  const pads = windows.flatMap((axis) => [axis.padBefore, Math.max(0, overhang(axis))]);
  const isEven = pads.every((pad) => pad === pads[0]);
  const details = [
    ...(group > 1 ? [`${group} groups`] : []),
    ...(windows.some((axis) => axis.stride > 1) ? [`stride ${both(windows.map((axis) => axis.stride))}`] : []),
    ...(windows.some((axis) => axis.dilation > 1) ? [`dilation ${both(windows.map((axis) => axis.dilation))}`] : []),
    ...(pads.some((pad) => pad > 0) ? [`padding ${isEven ? pads[0] : pads.join(' ')}`] : []),
  ];
  const from = `${each * group} channels, ${size('input')}`;
  const to = `${outputs} channels, ${size('output')}`;
  const end = details.length > 0 ? `; ${details.join(', ')}` : '';
  return `a ${rows} x ${columns} convolution of ${batch} images, ${from}, to ${to}${end}`;
}
