import type { StoredPixels } from '../../../domain/imageTypes.ts';

/**
 * Stored values as 8-bit grey for the text detector: the 0.5 % darkest and brightest values saturate, colours are averaged.
 */
export function greyOf(pixels: StoredPixels, { samplesPerPixel }: { readonly samplesPerPixel: 1 | 3 }): Uint8Array {
  const count = pixels.length / samplesPerPixel;
  const values = samplesPerPixel === 1 ? pixels : averaged(pixels, count);
  const [low, high] = range(values);
  const scale = high > low ? 255 / (high - low) : 0;
  const grey = new Uint8Array(count);
  for (let i = 0; i < count; i++) grey[i] = Math.min(255, Math.max(0, ((values[i] ?? 0) - low) * scale));
  return grey;
}

function averaged(pixels: StoredPixels, count: number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++)
    out[i] = ((pixels[3 * i] ?? 0) + (pixels[3 * i + 1] ?? 0) + (pixels[3 * i + 2] ?? 0)) / 3;
  return out;
}

/** From a sample of at most 10,000 values; burnt-in text, often the brightest, must not be lost: the true maximum counts. */
function range(values: ArrayLike<number>): readonly [low: number, high: number] {
  const step = Math.max(1, Math.floor(values.length / 10_000));
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += step) sample.push(values[i] ?? 0);
  sample.sort((a, b) => a - b);
  const at = (fraction: number): number => sample[Math.floor(fraction * (sample.length - 1))] ?? 0;
  return [at(0.005), at(0.995)];
}
