import type { FrameRef, PixelSpacing, StackDetail, UltrasoundRegion } from '../../main/contract/images.ts';
import type { Geometry } from '../../main/contract/labels.ts';
import { type DisplayImage, valueAt } from './displayImage.ts';
import type { ImagePoint } from './viewTransform.ts';

/** What lengths on an image are measured with. A ratio of 1 mm a column stands for pixels that are not square and have no size. */
export type Ruler =
  | PixelSpacing
  | { readonly rowMm: number; readonly columnMm: number; readonly source: 'PixelAspectRatio' };

/** Why something is not measured, in words. */
export interface NoRuler {
  readonly problem: string;
}

/** Heights and widths of the pixels of a stack, in mm or relative to each other; undefined where they are square or unknown. */
export function displaySpacing(stack: StackDetail | undefined): Ruler | undefined {
  if (stack?.pixelSpacing) return stack.pixelSpacing;
  const [height, width] = stack?.pixelAspectRatio ?? [];
  if (height === undefined || width === undefined || height === width) return undefined;
  return { rowMm: height / width, columnMm: 1, source: 'PixelAspectRatio' };
}

const noLength = {
  tissue: 'no scale in mm here',
  'm-mode': 'M-mode: no length',
  spectrum: 'Doppler: no length',
  other: 'no scale in mm here',
} as const satisfies Record<UltrasoundRegion['kind'], string>;

/**
 * What the points of a mark are measured with. On ultrasound each calibrated region has its own scale (PS3.3 C.8.5.5): marks that
 * leave a region, or lie outside all of them, are not measured.
 */
export function rulerFor(
  stack: StackDetail | undefined,
  frame: FrameRef | undefined,
  points: readonly ImagePoint[],
): Ruler | NoRuler | undefined {
  const regions = frame?.ultrasoundRegions;
  if (!regions || regions.length === 0) return displaySpacing(stack);
  const holding = regions.filter((region) => points.every((point) => isInRegion(region, point))).sort(bySize);
  const [region] = holding;
  if (region?.pixelSpacing)
    return { rowMm: region.pixelSpacing[0], columnMm: region.pixelSpacing[1], source: 'PixelSpacing' };
  if (region) return { problem: noLength[region.kind] };
  const isTouching = regions.some((other) => points.some((point) => isInRegion(other, point)));
  return { problem: isTouching ? 'crosses regions: not measured' : 'outside the calibrated regions' };
}

const isInRegion = ({ left, right, top, bottom }: UltrasoundRegion, [column, row]: ImagePoint): boolean =>
  column >= left - 0.5 && column <= right + 0.5 && row >= top - 0.5 && row <= bottom + 0.5;

const bySize = (a: UltrasoundRegion, b: UltrasoundRegion): number => areaOf(a) - areaOf(b);
const areaOf = ({ left, right, top, bottom }: UltrasoundRegion): number => (right - left) * (bottom - top);

/** How lengths on an image may be named: mm only where the header gives PixelSpacing (DICOM PS3.3 10.7.1.3). */
export function lengthUnit(spacing: Ruler | undefined): 'mm' | 'mm at detector' | 'px' {
  if (!spacing || spacing.source === 'PixelAspectRatio') return 'px';
  return spacing.source === 'PixelSpacing' ? 'mm' : 'mm at detector';
}

const areaUnit = (spacing: Ruler | undefined): string =>
  ({ mm: 'mm²', 'mm at detector': 'mm² at detector', px: 'px²' })[lengthUnit(spacing)];

/** Distance of two points in mm where there is a spacing, else in pixels. */
export function distance(a: ImagePoint, b: ImagePoint, spacing: Ruler | undefined): number {
  return Math.hypot((b[0] - a[0]) * (spacing?.columnMm ?? 1), (b[1] - a[1]) * (spacing?.rowMm ?? 1));
}

/** Area inside an outline in mm² or px²; undefined for lines. */
export function area(
  type: Geometry['type'],
  points: readonly ImagePoint[],
  spacing: Ruler | undefined,
): number | undefined {
  const pixelArea = (spacing?.columnMm ?? 1) * (spacing?.rowMm ?? 1);
  const [a, b] = points;
  if (!a || !b) return undefined;
  const box = Math.abs((b[0] - a[0]) * (b[1] - a[1])) * pixelArea;
  switch (type) {
    case 'rectangle':
      return box;
    case 'ellipse':
      return (box * Math.PI) / 4;
    case 'polygon':
      return polygonArea(points) * pixelArea;
    case 'length':
    case 'bidirectional':
      return undefined;
  }
}

/** Shoelace formula, pixels². */
function polygonArea(points: readonly ImagePoint[]): number {
  let twice = 0;
  points.forEach((point, i) => {
    const next = points[(i + 1) % points.length] ?? point;
    twice += point[0] * next[1] - next[0] * point[1];
  });
  return Math.abs(twice) / 2;
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** `12.4 mm`, `12.4 × 8.1 mm`, `95.0 mm²` */
export function describeSize(
  type: Geometry['type'],
  points: readonly ImagePoint[],
  spacing: Ruler | NoRuler | undefined,
): string {
  const [a, b, c, d] = points;
  if (!a || !b) return '';
  if (spacing && 'problem' in spacing) return spacing.problem;
  const unit = lengthUnit(spacing);
  if (type === 'length') return `${digits(distance(a, b, spacing))} ${unit}`;
  if (type === 'bidirectional' && c && d)
    return `${digits(distance(a, b, spacing))} × ${digits(distance(c, d, spacing))} ${unit}`;
  const inside = area(type, points, spacing);
  return inside === undefined ? '' : `${digits(inside)} ${areaUnit(spacing)}`;
}

/** Whether a pixel centre lies in the outline. */
export function isInside(type: Geometry['type'], points: readonly ImagePoint[], [x, y]: ImagePoint): boolean {
  const [a, b] = points;
  if (!a || !b) return false;
  if (type === 'polygon') return isInPolygon(points, x, y);
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
  if (type === 'rectangle') return x >= left && x <= right && y >= top && y <= bottom;
  if (type !== 'ellipse' || right === left || bottom === top) return false;
  const dx = (2 * x - left - right) / (right - left);
  const dy = (2 * y - top - bottom) / (bottom - top);
  return dx * dx + dy * dy <= 1;
}

function isInPolygon(points: readonly ImagePoint[], x: number, y: number): boolean {
  let inside = false;
  points.forEach((point, i) => {
    const next = points[(i + 1) % points.length] ?? point;
    const crosses = point[1] > y !== next[1] > y;
    if (crosses && x < ((next[0] - point[0]) * (y - point[1])) / (next[1] - point[1]) + point[0]) inside = !inside;
  });
  return inside;
}

export interface RoiStatistics {
  readonly n: number;
  readonly mean: number;
  readonly standardDeviation: number;
}

/** Of the modality values whose pixel centres lie in the outline; undefined for lines, colour, or without a pixel. */
export function roiStatistics(
  image: DisplayImage,
  type: Geometry['type'],
  points: readonly ImagePoint[],
): RoiStatistics | undefined {
  if (image.isColour || type === 'length' || type === 'bidirectional') return undefined;
  const columns = points.map(([column]) => column);
  const rows = points.map(([, row]) => row);
  let n = 0;
  let mean = 0;
  let squares = 0;
  for (let row = Math.ceil(Math.min(...rows)); row <= Math.max(...rows); row++) {
    for (let column = Math.ceil(Math.min(...columns)); column <= Math.max(...columns); column++) {
      const value = isInside(type, points, [column, row]) ? valueAt(image, column, row) : undefined;
      if (value === undefined) continue;
      // Welford's running mean and variance
      n += 1;
      const delta = value - mean;
      mean += delta / n;
      squares += delta * (value - mean);
    }
  }
  return n === 0 ? undefined : { n, mean, standardDeviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0 };
}
