/** A point of the image: pixel centres at integers, column first. */
export type ImagePoint = readonly [column: number, row: number];
/** A point of the viewport in CSS pixels from its upper left corner. */
export type CanvasPoint = readonly [x: number, y: number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Clockwise quarter turns, degrees. */
export type Rotation = 0 | 90 | 180 | 270;

/** How the image lies in the viewport; view state, never truth. */
export interface Placement {
  /** 1 fits the image into the viewport. */
  readonly zoom: number;
  /** Displacement of the image centre to the right and down on the screen, image pixels. */
  readonly pan: { readonly x: number; readonly y: number };
  /** After the flip. */
  readonly rotation?: Rotation;
  /** Left and right changed. */
  readonly isFlipped?: boolean;
}

interface ImageShape {
  readonly rows: number;
  readonly columns: number;
}
interface Spacing {
  readonly rowMm: number;
  readonly columnMm: number;
}

/** CSS pixels per image pixel along each axis of the image, and where the image centre is drawn. */
export interface ViewTransform {
  readonly scaleX: number;
  readonly scaleY: number;
  /** CSS pixels right and down for one column more, then for one row more. */
  readonly alongRow: CanvasPoint;
  readonly alongColumn: CanvasPoint;
  /** CSS pixels for one image pixel of pan to the right and down. */
  readonly panScale: CanvasPoint;
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
export function fitScale(size: Size, image: ImageShape, spacing: Spacing | undefined, rotation: Rotation = 0): number {
  const stretch = stretchOf(spacing);
  const [width, height] = [image.columns * stretch.x, image.rows * stretch.y];
  const isLying = rotation === 90 || rotation === 270;
  return Math.min(size.width / (isLying ? height : width), size.height / (isLying ? width : height));
}

export function viewTransform(
  size: Size,
  image: ImageShape,
  spacing: Spacing | undefined,
  placement: Placement,
): ViewTransform {
  const stretch = stretchOf(spacing);
  const { rotation = 0, isFlipped = false } = placement;
  const scale = fitScale(size, image, spacing, rotation) * placement.zoom;
  const [scaleX, scaleY] = [scale * stretch.x, scale * stretch.y];
  const [cosine, sine] = quarterTurns[rotation];
  const across = isFlipped ? -scaleX : scaleX;
  const panScale: CanvasPoint = sine === 0 ? [scaleX, scaleY] : [scaleY, scaleX];
  return {
    scaleX,
    scaleY,
    alongRow: [cosine * across, sine * across],
    alongColumn: [-sine * scaleY, cosine * scaleY],
    panScale,
    centreX: size.width / 2 + panScale[0] * placement.pan.x,
    centreY: size.height / 2 + panScale[1] * placement.pan.y,
    columns: image.columns,
    rows: image.rows,
  };
}

/** Cosine and sine. */
const quarterTurns = { 0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1] } as const;

/** Painting puts pixel i on [i, i + 1), so its centre is half a pixel further. */
export function toCanvas(transform: ViewTransform, [column, row]: ImagePoint): CanvasPoint {
  const { alongRow, alongColumn, centreX, centreY } = transform;
  const [u, v] = [column + 0.5 - transform.columns / 2, row + 0.5 - transform.rows / 2];
  return [centreX + alongRow[0] * u + alongColumn[0] * v, centreY + alongRow[1] * u + alongColumn[1] * v];
}

export function toImage(transform: ViewTransform, [x, y]: CanvasPoint): ImagePoint {
  const { alongRow: a, alongColumn: b, centreX, centreY } = transform;
  const determinant = a[0] * b[1] - b[0] * a[1];
  const [dx, dy] = [x - centreX, y - centreY];
  return [
    (b[1] * dx - b[0] * dy) / determinant - 0.5 + transform.columns / 2,
    (a[0] * dy - a[1] * dx) / determinant - 0.5 + transform.rows / 2,
  ];
}

/** The placement after zooming by `factor` with the image point under `anchor` kept where it is. */
export function zoomAbout(
  transform: ViewTransform,
  placement: Placement,
  anchor: CanvasPoint,
  factor: number,
): { readonly zoom: number; readonly pan: Placement['pan'] } {
  const zoom = Math.min(40, Math.max(0.1, placement.zoom * factor));
  const ratio = placement.zoom / zoom;
  const { panScale, centreX, centreY } = transform;
  const fromCentreX = (anchor[0] - centreX) / panScale[0];
  const fromCentreY = (anchor[1] - centreY) / panScale[1];
  return {
    zoom,
    pan: {
      x: (placement.pan.x + fromCentreX) * ratio - fromCentreX,
      y: (placement.pan.y + fromCentreY) * ratio - fromCentreY,
    },
  };
}
