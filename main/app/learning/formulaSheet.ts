import { FormulaImages } from '../../imaging/formula/formulaImages.ts';
import { encodePictureSheet } from '../../learning/training/augmentation/pictureSheet.ts';

/** A sheet of formula-driven images, for looking at. */
export function drawFormulaSheet({ count, seed, size }: { count: number; seed: number; size: number }): Uint8Array {
  const source = new FormulaImages(seed, size);
  const area = size * size;
  const pixels = new Uint8Array(count * area);
  for (let i = 0; i < count; i++)
    pixels.set(
      source.image(i).pixels.map((value) => Math.round(255 * value)),
      i * area,
    );
  const variants = Array.from({ length: count - 1 }, () => ({ shares: [] }));
  return encodePictureSheet({ size, pixels, variants });
}
