export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Window {
  readonly center: number;
  readonly width: number;
}

/** Usual CT windows, HU. `range`: from the darkest to the brightest value of each image. */
export const windowChoices: readonly (Window & { readonly id: string; readonly title: string })[] = [
  { id: 'lung', title: 'CT lung', center: -600, width: 1500 },
  { id: 'soft', title: 'CT soft tissue', center: 40, width: 400 },
  { id: 'bone', title: 'CT bone', center: 400, width: 1800 },
  { id: 'brain', title: 'CT brain', center: 40, width: 80 },
  { id: 'liver', title: 'CT liver', center: 60, width: 160 },
];

export const windowIdOf = (window: Window | undefined): string =>
  window === undefined
    ? 'range'
    : (windowChoices.find(({ center, width }) => center === window.center && width === window.width)?.id ?? 'own');

export const minus = (value: number): string => String(value).replace('-', '−');

/** `CT lung: centre −600, width 1500` */
export function windowName(window: Window | undefined): string {
  if (!window) return "each image's own range, darkest to brightest";
  const known = windowChoices.find(({ id }) => id === windowIdOf(window));
  return `${known ? known.title : 'window'}: centre ${minus(window.center)}, width ${window.width}`;
}
