import { type ReactNode, useEffect, useRef } from 'react';
import type { OverlayPlane } from '../../../main/contract/images.ts';
import type { Size, ViewTransform } from '../viewTransform.ts';

interface OverlayLayerProps {
  readonly overlays: readonly OverlayPlane[];
  readonly transform: ViewTransform;
  readonly size: Size;
}

const colour = [127, 231, 255] as const;
const alphas = { graphic: 255, region: 90 } as const;
const bitmaps = new WeakMap<OverlayPlane, HTMLCanvasElement>();

/** The planes of groups 60xx over the image, pixel on pixel. */
export function OverlayLayer({ overlays, transform, size }: OverlayLayerProps): ReactNode {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    const { alongRow, alongColumn, centreX, centreY, columns, rows } = transform;
    const [a, b, c, d] = [...alongRow, ...alongColumn].map((value) => value * ratio) as [
      number,
      number,
      number,
      number,
    ];
    // Lines of one pixel must not vanish where the image is shown smaller than it is.
    context.imageSmoothingEnabled = Math.hypot(a, b) < 1;
    for (const plane of overlays) {
      context.setTransform(a, b, c, d, centreX * ratio, centreY * ratio);
      context.translate(plane.left - columns / 2, plane.top - rows / 2);
      context.drawImage(bitmapOf(plane), 0, 0);
    }
  }, [overlays, transform, size]);
  const names = overlays.map(({ label, group }) => label ?? `group ${group.toString(16)}`).join(', ');
  return (
    <canvas ref={ref} className="overlay-layer" role="img" aria-label={`Overlay: ${names}`} data-testid="overlay" />
  );
}

function bitmapOf(plane: OverlayPlane): HTMLCanvasElement {
  const known = bitmaps.get(plane);
  if (known) return known;
  const canvas = document.createElement('canvas');
  canvas.width = plane.columns;
  canvas.height = plane.rows;
  const context = canvas.getContext('2d');
  const image = context?.createImageData(plane.columns, plane.rows);
  if (!context || !image) throw new Error('the browser gives no 2D canvas');
  const [red, green, blue] = colour;
  plane.bits.forEach((bit, i) => {
    if (bit) image.data.set([red, green, blue, alphas[plane.kind]], i * 4);
  });
  context.putImageData(image, 0, 0);
  bitmaps.set(plane, canvas);
  return canvas;
}
