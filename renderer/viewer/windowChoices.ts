import type { VoiWindow } from '../../main/domain/voiLut.ts';
import { type DisplayImage, valueAt } from './displayImage.ts';

export interface WindowChoice {
  readonly id: string;
  readonly title: string;
  /** Undefined: the header's own table; `fitted` is computed when it is chosen. */
  readonly window: VoiWindow | 'fitted' | undefined;
}

const mostSamples = 20_000;

/** The windows an image itself offers: those of its header, its table, what fits its values, and all values. */
export function windowChoices(image: DisplayImage | undefined): readonly WindowChoice[] {
  if (!image || image.isColour) return [];
  const header = image.windows.map((window, i): WindowChoice => {
    const name = window.explanation?.trim() || (image.windows.length > 1 ? `Header ${i + 1}` : 'Header');
    const { center, width } = window;
    return { id: `header${i}`, title: `${name}: W ${short(width)} L ${short(center)}`, window: { center, width } };
  });
  const table: WindowChoice[] = image.voiTable ? [{ id: 'table', title: 'Header table', window: undefined }] : [];
  return [
    ...header,
    ...table,
    {
      id: 'fitted',
      title: 'Fitted to the image',
      window: image.windowSource === 'percentiles' ? image.startWindow : 'fitted',
    },
    { id: 'all', title: 'All values', window: image.fullRange },
  ];
}

/** The 1st to 99.5th percentile of what is neither padding nor the lowest value, as the core does for unusable windows. */
export function fittedWindow(image: DisplayImage): VoiWindow {
  const total = image.rows * image.columns;
  const step = Math.max(1, Math.floor(total / mostSamples));
  const values: number[] = [];
  for (let i = 0; i < total; i += step) {
    const value = valueAt(image, i % image.columns, Math.floor(i / image.columns));
    if (value !== undefined && image.pixels[i] !== image.minimum) values.push(value);
  }
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.round(share * (values.length - 1))] ?? 0;
  const [low, high] = [at(0.01), at(0.995)];
  return high > low ? { center: (low + high) / 2, width: high - low } : image.fullRange;
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
