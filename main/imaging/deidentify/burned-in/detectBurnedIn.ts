import type { StoredPixels } from '../../../domain/imageTypes.ts';
import { detectText, mergedBoxes } from './detectText.ts';
import { greyOf } from './greyOf.ts';
import type { PixelBox } from './maskRectangles.ts';

interface FrameLayout {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: 1 | 3;
  /** Red, green and blue unless it begins with YBR. */
  readonly photometricInterpretation?: string;
}

/**
 * Boxes around what looks like text in a frame, as `detectText`; in colour images also where only the colour differs.
 * Samples are interleaved.
 */
export function detectBurnedIn(pixels: StoredPixels, layout: FrameLayout): PixelBox[] {
  const { rows, columns, samplesPerPixel, photometricInterpretation = '' } = layout;
  if (samplesPerPixel === 1) return detectText(greyOf(pixels, layout), rows, columns);
  const isYbr = photometricInterpretation.startsWith('YBR');
  const light = isYbr ? greyOf(firstSamples(pixels), { samplesPerPixel: 1 }) : greyOf(pixels, layout);
  const colour = isYbr ? chroma(pixels) : colourfulness(pixels);
  return mergedBoxes([...detectText(light, rows, columns), ...detectText(colour, rows, columns)]);
}

const firstSamples = (pixels: StoredPixels): Uint8Array => pixelwise(pixels, (luma) => luma);

/** How far the strongest of red, green and blue is above the weakest. */
const colourfulness = (pixels: StoredPixels): Uint8Array =>
  pixelwise(pixels, (a, b, c) => Math.max(a, b, c) - Math.min(a, b, c));

/** How far Cb and Cr are from grey. */
const chroma = (pixels: StoredPixels): Uint8Array =>
  pixelwise(pixels, (_luma, cb, cr) => 2 * Math.max(Math.abs(cb - 128), Math.abs(cr - 128)));

function pixelwise(pixels: StoredPixels, value: (a: number, b: number, c: number) => number): Uint8Array {
  const out = new Uint8Array(pixels.length / 3);
  for (let i = 0; i < out.length; i++)
    out[i] = Math.min(255, value(pixels[3 * i] ?? 0, pixels[3 * i + 1] ?? 0, pixels[3 * i + 2] ?? 0));
  return out;
}
