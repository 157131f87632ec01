import type { FrameImage } from '../domain/imageTypes.ts';
import { lookUp } from '../domain/voiLut.ts';

/**
 * One value per pixel after the Modality LUT or rescale (HU for CT), row-major. Colour images give luma (ITU-R BT.601).
 * MONOCHROME1 is not inverted here: see `FrameImage.isInverted`; a caller that wants "more is brighter" negates.
 */
export function modalityValues(frame: FrameImage): Float32Array {
  const { pixels, modalityLut, rescaleSlope, rescaleIntercept } = frame;
  if (frame.isColor) return lumaValues(frame);
  const out = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const stored = pixels[i] ?? 0;
    out[i] = modalityLut ? lookUp(modalityLut, stored) : stored * rescaleSlope + rescaleIntercept;
  }
  return out;
}

function lumaValues({ pixels, rows, columns }: FrameImage): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < out.length; i++) {
    out[i] = 0.299 * (pixels[3 * i] ?? 0) + 0.587 * (pixels[3 * i + 1] ?? 0) + 0.114 * (pixels[3 * i + 2] ?? 0);
  }
  return out;
}
