import { PNG } from 'pngjs';
import { type ColourMap, colourAt, opacityAt, positionInRange, type Rgb } from '../../domain/colourMaps.ts';
import { drawNumber, GLYPH_HEIGHT, numberWidth } from './digits.ts';

/** A grey picture, row-major, 0 black to 255 white, as it is shown. */
export interface GreyImage {
  readonly pixels: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

export interface OverlayOptions {
  readonly colourMap: ColourMap;
  /** 0..1; multiplies the colour map's own opacity. */
  readonly opacity: number;
  /** Values of the first and the last colour; the scale bar is numbered with them. */
  readonly range: { readonly low: number; readonly high: number };
}

/** 0 (no evidence) to the largest finite value; from minus to plus the largest magnitude for a diverging map. */
export function displayRange(values: ArrayLike<number>, map: ColourMap): { low: number; high: number } {
  const finite = Array.from(values).filter(Number.isFinite);
  const high = finite.reduce((a, v) => Math.max(a, map.isDiverging ? Math.abs(v) : v), 0);
  return { low: map.isDiverging ? -high : 0, high };
}

/** Three significant digits, short. */
export function scaleText(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e4 || magnitude < 1e-2) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

function paintImage(png: PNG, image: GreyImage, heat: ArrayLike<number>, options: OverlayOptions): void {
  const { colourMap, opacity, range } = options;
  for (let i = 0; i < image.rows * image.columns; i++) {
    const grey = image.pixels[i] ?? 0;
    const value = heat[i] ?? Number.NaN;
    const hasValue = Number.isFinite(value) && range.high > range.low;
    const position = positionInRange(value, range.low, range.high);
    const alpha = hasValue ? opacity * opacityAt(colourMap, position) : 0;
    const colour = colourAt(colourMap, hasValue ? position : 0).map((c) => Math.round(grey + (c - grey) * alpha));
    paintAt(png, i % image.columns, Math.floor(i / image.columns), [colour[0] ?? 0, colour[1] ?? 0, colour[2] ?? 0]);
  }
}

function paintAt(png: PNG, x: number, y: number, colour: Rgb): void {
  if (x < 0 || y < 0 || x >= png.width || y >= png.height) return;
  png.data.set([...colour, 255], 4 * (y * png.width + x));
}

/** The bar to the right of the image, highest value on top, with three numbers. */
function paintScale(png: PNG, left: number, scale: number, { colourMap, range }: OverlayOptions): void {
  const margin = GLYPH_HEIGHT * scale;
  const barWidth = 4 * scale;
  const [top, bottom] = [margin, png.height - margin - 1];
  for (let y = top; y <= bottom; y++) {
    const colour = colourAt(colourMap, bottom > top ? (bottom - y) / (bottom - top) : 0);
    for (let x = 0; x < barWidth; x++) paintAt(png, left + margin + x, y, colour);
  }
  const textLeft = left + margin + barWidth + 2 * scale;
  [range.high, (range.low + range.high) / 2, range.low].forEach((value, i) => {
    const y = Math.round(top + ((bottom - top) * i) / 2 - (GLYPH_HEIGHT * scale) / 2);
    drawNumber(scaleText(value), textLeft, y, scale, (px, py) => paintAt(png, px, py, [255, 255, 255]));
  });
}

/**
 * The grey image with the heat map over it and, to its right, a numbered colour scale, as PNG bytes. `heat` has one value
 * per pixel of the image, NaN where there is none. The image's own pixels keep their place: column c, row r of the PNG
 * is column c, row r of the image.
 */
export function encodeOverlay(image: GreyImage, heat: ArrayLike<number>, options: OverlayOptions): Uint8Array {
  if (heat.length !== image.rows * image.columns) throw new Error('a heat map does not have the size of its image');
  const scale = Math.max(1, Math.round(image.rows / 200));
  const { low, high } = options.range;
  const widest = Math.max(...[low, (low + high) / 2, high].map((v) => numberWidth(scaleText(v), scale)));
  const png = new PNG({ width: image.columns + GLYPH_HEIGHT * scale + 7 * scale + widest, height: image.rows });
  for (let i = 3; i < png.data.length; i += 4) png.data[i] = 255;
  paintImage(png, image, heat, options);
  paintScale(png, image.columns, scale, options);
  return PNG.sync.write(png);
}
