import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCanvas, toImage, viewTransform, zoomAbout } from '../../../../renderer/viewer/viewTransform.ts';

const size = { width: 800, height: 400 };
const image = { rows: 100, columns: 100 };

describe('viewTransform', () => {
  it('fits the image and puts pixel centres half a pixel in', () => {
    const transform = viewTransform(size, image, undefined, { zoom: 1, pan: { x: 0, y: 0 } });
    expect(toCanvas(transform, [0, 0])).toEqual([202, 2]);
    expect(toCanvas(transform, [99, 99])).toEqual([598, 398]);
  });

  it('stretches the axis with the larger spacing', () => {
    const transform = viewTransform(size, image, { rowMm: 2, columnMm: 1 }, { zoom: 1, pan: { x: 0, y: 0 } });
    expect(transform.scaleY / transform.scaleX).toBe(2);
    expect(transform.scaleY * image.rows).toBe(400);
  });

  it('maps back what it maps, and keeps the anchor of a zoom in place', () => {
    const number = fc.double({ min: -200, max: 200, noNaN: true });
    fc.assert(
      fc.property(
        number,
        number,
        number,
        number,
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        (x, y, px, py, factor) => {
          const placement = { zoom: 1.7, pan: { x: px, y: py } };
          const transform = viewTransform(size, image, { rowMm: 0.5, columnMm: 0.7 }, placement);
          const canvas = toCanvas(transform, [x, y]);
          const back = toImage(transform, canvas);
          expect(back[0]).toBeCloseTo(x, 6);
          expect(back[1]).toBeCloseTo(y, 6);
          const zoomed = viewTransform(
            size,
            image,
            { rowMm: 0.5, columnMm: 0.7 },
            zoomAbout(transform, placement, canvas, factor),
          );
          const again = toImage(zoomed, canvas);
          expect(again[0]).toBeCloseTo(x, 6);
          expect(again[1]).toBeCloseTo(y, 6);
        },
      ),
    );
  });
});
