import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { Palette } from '../openedImage.ts';
import type { PixelLayout } from './pixelLayout.ts';

/**
 * Stored colour values as 8-bit RGB, samples side by side (PS3.3 C.7.6.3.1.2). JPEG 2000's own colour transforms are
 * already undone by the codec. Errors: unsupported-pixel-format.
 */
export function toRgb(stored: StoredPixels, layout: PixelLayout, palette: Palette | undefined): Uint8Array {
  if (palette) return applyPalette(stored, palette);
  switch (layout.photometricInterpretation) {
    case 'RGB':
    case 'YBR_RCT':
    case 'YBR_ICT':
      return toEightBits(stored, layout.bitsStored);
    case 'YBR_FULL':
    case 'YBR_FULL_422':
      return fromYbr(toEightBits(stored, layout.bitsStored), fullRange);
    case 'YBR_PARTIAL_422':
    case 'YBR_PARTIAL_420':
      return fromYbr(toEightBits(stored, layout.bitsStored), partialRange);
    default:
      throw new AppError(
        'unsupported-pixel-format',
        `Colour images of type ${layout.photometricInterpretation} are not supported.`,
      );
  }
}

function applyPalette(indices: StoredPixels, { firstMapped, rgb }: Palette): Uint8Array {
  const last = rgb.length / 3 - 1;
  const out = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    const entry = Math.min(Math.max((indices[i] ?? 0) - firstMapped, 0), last);
    for (let s = 0; s < 3; s++) out[3 * i + s] = rgb[3 * entry + s] ?? 0;
  }
  return out;
}

function toEightBits(stored: StoredPixels, bits: number): Uint8Array {
  if (stored instanceof Uint8Array && bits === 8) return stored;
  const full = 2 ** bits - 1;
  return Uint8Array.from(stored, (value) => Math.round((Math.min(Math.max(value, 0), full) / full) * 255));
}

/** Black level and gains of a YBR coding: RGB = gain (Y - black) + chroma gains, ITU-R BT.601. */
interface YbrCoding {
  readonly black: number;
  readonly luma: number;
  readonly chroma: number;
}
const fullRange: YbrCoding = { black: 0, luma: 1, chroma: 1 };
/** Y 16..235, Cb and Cr 16..240 (PS3.3 C.7.6.3.1.2, retired). */
const partialRange: YbrCoding = { black: 16, luma: 255 / 219, chroma: 255 / 224 };

function fromYbr(ybr: Uint8Array, { black, luma, chroma }: YbrCoding): Uint8Array {
  const out = new Uint8ClampedArray(ybr.length);
  for (let i = 0; i < ybr.length; i += 3) {
    const y = luma * ((ybr[i] ?? 0) - black);
    const cb = chroma * ((ybr[i + 1] ?? 0) - 128);
    const cr = chroma * ((ybr[i + 2] ?? 0) - 128);
    out[i] = y + 1.402 * cr;
    out[i + 1] = y - 0.344136 * cb - 0.714136 * cr;
    out[i + 2] = y + 1.772 * cb;
  }
  return new Uint8Array(out.buffer);
}
