import type { Augmentation } from '../../../contract/augmentation.ts';
import { randomStream } from '../../../domain/random.ts';

/** Network pixel (u, v) shows source pixel (a u + b v + c, d u + e v + f); pixel centres at integers. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** One drawn change of one picture. Fields of many numbers (displacements, noise) are drawn from `place` when needed. */
export interface DrawnAugmentation {
  readonly place: AugmentationPlace;
  /** Where noise is drawn from, if not from `place`: slices of a case differ in it alone. */
  readonly noisePlace?: AugmentationPlace;
  readonly warp: Affine;
  /** Root mean square displacement and standard deviation of its smoothing, pixels. */
  readonly elastic: { readonly amount: number; readonly smoothness: number };
  /** Standard deviation, pixels. */
  readonly blur: number;
  /** Greys 0..1 that become black and white. */
  readonly window: readonly [low: number, high: number];
  readonly gamma: number;
  /** Factor on the normalised values, and what is added to them. */
  readonly contrast: number;
  readonly brightness: number;
  /** Standard deviation, of normalised values. */
  readonly noise: number;
  /** Largest share of the picture to erase; 0: nothing. */
  readonly erasing: number;
}

/** Where in the run a picture is used: the draw depends on nothing else, so resuming cannot change it. */
export interface AugmentationPlace {
  readonly seed: number;
  readonly fold: number;
  readonly epoch: number;
  readonly caseIndex: number;
  /** Of a case of several, from 1; absent for the first or only one. */
  readonly slice?: number;
}

/** The stream of one purpose at one place. */
export const streamAt = (
  { seed, fold, epoch, caseIndex, slice }: AugmentationPlace,
  purpose: string,
): (() => number) =>
  slice === undefined
    ? randomStream(seed, purpose, fold, epoch, caseIndex)
    : randomStream(seed, purpose, fold, epoch, caseIndex, slice);

interface DrawnPlane {
  readonly flipColumns: number;
  readonly flipRows: number;
  readonly shiftColumns: number;
  readonly shiftRows: number;
  readonly angle: number;
  readonly zoom: number;
  readonly shearColumns: number;
  readonly shearRows: number;
}

/** source = centre + mirror rotation shear (p - centre - shift) / zoom */
export function planeWarp(size: number, plane: Partial<DrawnPlane>): Affine {
  const { flipColumns = 1, flipRows = 1, shiftColumns = 0, shiftRows = 0, angle = 0 } = plane;
  const { zoom = 1, shearColumns = 0, shearRows = 0 } = plane;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const a = (flipColumns * cosine + flipColumns * sine * shearRows) / zoom;
  const b = (flipColumns * sine + flipColumns * cosine * shearColumns) / zoom;
  const d = (-flipRows * sine + flipRows * cosine * shearRows) / zoom;
  const e = (flipRows * cosine - flipRows * sine * shearColumns) / zoom;
  const centre = (size - 1) / 2;
  const c = centre - a * (centre + shiftColumns) - b * (centre + shiftRows);
  const f = centre - d * (centre + shiftColumns) - e * (centre + shiftRows);
  return [a, b, c, d, e, f];
}

/**
 * Draws the changes of one use of one picture. Draws are only ever added at the end, whether or not they are used: a
 * configuration keeps its pictures when another change is switched on, and when the program learns a new one.
 */
export function drawAugmentation(how: Augmentation, size: number, place: AugmentationPlace): DrawnAugmentation {
  const next = streamAt(place, 'augment');
  const symmetric = () => 2 * next() - 1;
  const flipColumns = next() < 0.5 && how.flipHorizontal ? -1 : 1;
  const flipRows = next() < 0.5 && how.flipVertical ? -1 : 1;
  const shiftColumns = symmetric() * how.shift * size;
  const shiftRows = symmetric() * how.shift * size;
  const angle = (symmetric() * how.rotationDegrees * Math.PI) / 180;
  const contrast = 1 + symmetric() * how.intensity;
  const brightness = symmetric() * how.intensity;
  const zoom = (1 + how.zoom) ** symmetric();
  const shearColumns = symmetric() * how.shear;
  const shearRows = symmetric() * how.shear;
  const elastic = { amount: next() * how.elastic * size, smoothness: how.elasticSmoothness * size };
  const blur = next() * how.blur * size;
  const window = [next() * how.window, 1 - next() * how.window] as const;
  const gamma = (1 + how.gamma) ** symmetric();
  const noise = next() * how.noise;
  const erasing = next() < how.erasing ? how.erasingArea : 0;
  const plane = { flipColumns, flipRows, shiftColumns, shiftRows, angle, zoom, shearColumns, shearRows };
  const warp = planeWarp(size, plane);
  return { place, warp, elastic, blur, window, gamma, contrast, brightness, noise, erasing };
}
