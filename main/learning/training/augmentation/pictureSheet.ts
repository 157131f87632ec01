import { PNG } from 'pngjs';
import type { AugmentationPreview } from '../../../contract/augmentationPreview.ts';

const GAP = 2;
const GAP_GREY = 64;

/** The plain picture and its variants as one grey PNG, as square a sheet as they make, read row by row. */
export function encodePictureSheet(preview: Pick<AugmentationPreview, 'size' | 'pixels' | 'variants'>): Uint8Array {
  const { size, pixels, variants } = preview;
  const count = variants.length + 1;
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const [width, height] = [columns, rows].map((n) => n * (size + GAP) - GAP) as [number, number];
  const png = new PNG({ width, height });
  png.data.fill(GAP_GREY);
  for (let i = 0; i < count * size * size; i++) {
    const picture = Math.floor(i / (size * size));
    const row = Math.floor(picture / columns) * (size + GAP) + Math.floor((i % (size * size)) / size);
    const column = (picture % columns) * (size + GAP) + (i % size);
    png.data.fill(pixels[i] ?? 0, 4 * (row * width + column), 4 * (row * width + column) + 3);
  }
  for (let i = 3; i < png.data.length; i += 4) png.data[i] = 255;
  return PNG.sync.write(png, { colorType: 0 });
}
