import { randomStream } from '../../domain/random.ts';
import { drawChestFilm } from '../phantom/chestFilm.ts';
import type { Sketch } from '../phantom/drawing.ts';
import { drawNoduleCt } from '../phantom/noduleCt.ts';
import { type NoiseTables, noiseTables, pixelNoise } from '../phantom/noise.ts';
import { blobEdges, blobMargins, blobSizes, drawBlob } from './blob.ts';
import { drawFractal, drawFractalCode, type FractalCode } from './fractal.ts';
import { drawTexture, drawTextureCode, sharedNoise, type TextureCode } from './texture.ts';

type Draw = () => number;

/** A picture nobody took, and the formulas it was made by. */
export interface FormulaImage {
  /** size x size, row-major, 0 to 1. */
  readonly pixels: Float32Array;
  /** Positions in `formulaLabels`, each once. */
  readonly labels: readonly number[];
}

const FRACTALS = 64;
const TEXTURES = 32;
const phantoms = ['phantom/ct-smooth', 'phantom/ct-spiculated', 'phantom/film-normal', 'phantom/film-opacity'] as const;

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}/${i + 1}`);

const firstTexture = FRACTALS;
const firstSize = firstTexture + TEXTURES;
const firstMargin = firstSize + blobSizes;
const firstEdge = firstMargin + blobMargins;
const firstPhantom = firstEdge + blobEdges;

/** What a picture may be called by. */
export const formulaLabels: readonly string[] = [
  ...numbered('fractal', FRACTALS),
  ...numbered('texture', TEXTURES),
  ...numbered('size', blobSizes),
  ...numbered('margin', blobMargins),
  ...numbered('edge', blobEdges),
  ...phantoms,
];

/** One picture in so many is a phantom: they cost much more to draw. */
const PHANTOM_EVERY = 8;
const PHANTOM_FIELD_MM = 345;

/**
 * Pictures by formulas alone: several fractals at once (Anderson and Farrell, 2022) on textures as dense as tissue,
 * lesion-like blobs, and phantoms. The codes are a function of the seed, a picture one of the seed and its number.
 */
export class FormulaImages {
  readonly size: number;
  readonly #seed: number;
  readonly #fractals: readonly FractalCode[];
  readonly #textures: readonly TextureCode[];
  readonly #noise: ReturnType<typeof sharedNoise>;
  readonly #tables: NoiseTables;

  constructor(seed: number, size: number) {
    this.size = size;
    this.#seed = seed;
    this.#fractals = Array.from({ length: FRACTALS }, (_, i) => drawFractalCode(randomStream(seed, 'fractal', i)));
    this.#textures = Array.from({ length: TEXTURES }, (_, i) => drawTextureCode(randomStream(seed, 'texture', i)));
    this.#noise = sharedNoise(randomStream(seed, 'texture noise'));
    this.#tables = noiseTables(seed);
  }

  image(index: number): FormulaImage {
    const next = randomStream(this.#seed, 'formula image', index);
    if (index % PHANTOM_EVERY === PHANTOM_EVERY - 1) return this.#phantom(index, next);
    const labels = new Set<number>();
    const pixels = this.#background(next, labels);
    const count = next() < 0.35 ? 0 : next() < 0.6 ? 1 : 2;
    for (let i = 0; i < count; i++) this.#addFractal(pixels, next, labels);
    if (next() < 0.5) this.#addBlob(pixels, next, labels);
    this.#develop(pixels, next);
    return { pixels, labels: [...labels] };
  }

  #background(next: Draw, labels: Set<number>): Float32Array {
    const which = Math.floor(next() * TEXTURES);
    labels.add(firstTexture + which);
    const code = this.#textures[which];
    if (!code) throw new Error(`no texture ${which}`);
    const [level, amplitude] = [0.15 + 0.4 * next(), 0.08 + 0.3 * next()];
    const [slope, angle] = [0.4 * next(), 2 * Math.PI * next()];
    const [across, down] = [(slope * Math.cos(angle)) / this.size, (slope * Math.sin(angle)) / this.size];
    return drawTexture(code, this.size, this.#noise, next).map(
      (value, i) => level + amplitude * value + across * (i % this.size) + down * Math.floor(i / this.size),
    );
  }

  #addFractal(pixels: Float32Array, next: Draw, labels: Set<number>): void {
    const which = Math.floor(next() * FRACTALS);
    labels.add(which);
    const code = this.#fractals[which];
    if (!code) throw new Error(`no fractal ${which}`);
    const contrast = (next() < 0.8 ? 1 : -1) * (0.25 + 0.5 * next());
    drawFractal(code, this.size, next).forEach((value, i) => {
      pixels[i] = (pixels[i] ?? 0) + contrast * value;
    });
  }

  #addBlob(pixels: Float32Array, next: Draw, labels: Set<number>): void {
    const { answers, coverage } = drawBlob(this.size, next);
    for (const label of [firstSize + answers.size, firstMargin + answers.margin, firstEdge + answers.edge])
      labels.add(label);
    const contrast = (next() < 0.85 ? 1 : -1) * (0.2 + 0.5 * next());
    const grain = drawTexture(
      this.#textures[Math.floor(next() * TEXTURES)] ?? this.#anyTexture(),
      this.size,
      this.#noise,
      next,
    );
    const rough = 0.35 * next();
    for (let i = 0; i < pixels.length; i++)
      pixels[i] = (pixels[i] ?? 0) + (coverage[i] ?? 0) * contrast * (1 + rough * (grain[i] ?? 0));
  }

  #anyTexture(): TextureCode {
    return drawTextureCode(randomStream(this.#seed, 'texture', 0));
  }

  /** Contrast, brightness, gamma and noise, as detectors and windows have them; cut to 0 to 1. */
  #develop(pixels: Float32Array, next: Draw): void {
    const [contrast, brightness, gamma] = [0.7 + 0.7 * next(), 0.2 * next() - 0.1, 2 ** (next() - 0.5)];
    const amount = 0.06 * next();
    const noise = pixelNoise(this.#tables, this.#seed, 'formula noise', Math.floor(next() * 2 ** 30));
    for (let i = 0; i < pixels.length; i++) {
      const value = (pixels[i] ?? 0) * contrast + brightness + amount * noise();
      pixels[i] = Math.min(1, Math.max(0, value)) ** gamma;
    }
  }

  /** A chest in 64 pixels, by CT or as a film. */
  #phantom(index: number, next: Draw): FormulaImage {
    const which = Math.floor(next() * phantoms.length);
    const side = this.size;
    const sketch: Sketch = {
      grid: { columns: side, rows: side, frames: 1, pixelMm: PHANTOM_FIELD_MM / side, sliceMm: 5 },
      className: ['smooth', 'spiculated', 'normal', 'opacity'][which] ?? '',
      noise: pixelNoise(this.#tables, this.#seed, 'phantom noise', index),
      next,
    };
    const { canvas } = which < 2 ? drawNoduleCt(sketch, this.#tables) : drawChestFilm(sketch, this.#tables);
    const [low, width] = which < 2 ? [-1000, 1300] : [0, 4095];
    const pixels = canvas.values.map((value) => (value - low) / width);
    this.#develop(pixels, next);
    return { pixels, labels: [firstPhantom + which] };
  }
}
