/** A point of the image: pixel centres at integers, column first. */
export type ImagePoint = readonly [column: number, row: number];
/** A point of the viewport in CSS pixels from its upper left corner. */
export type CanvasPoint = readonly [x: number, y: number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How the image lies in the viewport; view state, never truth. */
export interface Placement {
  /** 1 fits the image into the viewport. */
  readonly zoom: number;
  /** Displacement of the image centre, image pixels. */
  readonly pan: { readonly x: number; readonly y: number };
}

interface ImageShape {
  readonly rows: number;
  readonly columns: number;
}
interface Spacing {
  readonly rowMm: number;
  readonly columnMm: number;
}

/** CSS pixels per image pixel along each axis, and where the image centre is drawn. */
export interface ViewTransform {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly centreX: number;
  readonly centreY: number;
  readonly columns: number;
  readonly rows: number;
}

/** Stretches the axis with the larger spacing, as cornerstone does, so that nothing is shown smaller than it is. */
export function stretchOf(spacing: Spacing | undefined): { readonly x: number; readonly y: number } {
  if (!spacing || spacing.rowMm <= 0 || spacing.columnMm <= 0) return { x: 1, y: 1 };
  return {
    x: Math.max(1, spacing.columnMm / spacing.rowMm),
    y: Math.max(1, spacing.rowMm / spacing.columnMm),
  };
}

/** CSS pixels per image pixel of the unstretched axis at zoom 1. */
export function fitScale(size: Size, image: ImageShape, spacing: Spacing | undefined): number {
  const stretch = stretchOf(spacing);
  return Math.min(size.width / (image.columns * stretch.x), size.height / (image.rows * stretch.y));
}

export function viewTransform(
  size: Size,
  image: ImageShape,
  spacing: Spacing | undefined,
  placement: Placement,
): ViewTransform {
  const stretch = stretchOf(spacing);
  const scale = fitScale(size, image, spacing) * placement.zoom;
  const [scaleX, scaleY] = [scale * stretch.x, scale * stretch.y];
  return {
    scaleX,
    scaleY,
    centreX: size.width / 2 + scaleX * placement.pan.x,
    centreY: size.height / 2 + scaleY * placement.pan.y,
    columns: image.columns,
    rows: image.rows,
  };
}

/** Painting puts pixel i on [i, i + 1), so its centre is half a pixel further. */
export function toCanvas(transform: ViewTransform, [column, row]: ImagePoint): CanvasPoint {
  return [
    transform.centreX + transform.scaleX * (column + 0.5 - transform.columns / 2),
    transform.centreY + transform.scaleY * (row + 0.5 - transform.rows / 2),
  ];
}

export function toImage(transform: ViewTransform, [x, y]: CanvasPoint): ImagePoint {
  return [
    (x - transform.centreX) / transform.scaleX - 0.5 + transform.columns / 2,
    (y - transform.centreY) / transform.scaleY - 0.5 + transform.rows / 2,
  ];
}

/** The placement after zooming by `factor` with the image point under `anchor` kept where it is. */
export function zoomAbout(
  transform: ViewTransform,
  placement: Placement,
  anchor: CanvasPoint,
  factor: number,
): Placement {
  const zoom = Math.min(40, Math.max(0.1, placement.zoom * factor));
  const ratio = placement.zoom / zoom;
  const [column, row] = toImage(transform, anchor);
  const fromCentreX = column + 0.5 - transform.columns / 2;
  const fromCentreY = row + 0.5 - transform.rows / 2;
  return {
    zoom,
    pan: {
      x: (placement.pan.x + fromCentreX) * ratio - fromCentreX,
      y: (placement.pan.y + fromCentreY) * ratio - fromCentreY,
    },
  };
}
