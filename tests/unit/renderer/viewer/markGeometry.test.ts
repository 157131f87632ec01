import { describe, expect, it } from 'vitest';
import {
  draftPoints,
  handlesOf,
  inStoredOrder,
  isDrawn,
  moveHandle,
  simplify,
  translate,
} from '../../../../renderer/viewer/marks/markGeometry.ts';
import type { ImagePoint } from '../../../../renderer/viewer/viewTransform.ts';

const box: readonly ImagePoint[] = [
  [10, 20],
  [30, 50],
];
const pixelLength = (a: ImagePoint, b: ImagePoint): number => Math.hypot(b[0] - a[0], b[1] - a[1]);

describe('moveHandle', () => {
  it('moves each corner of a box and leaves the opposite one', () => {
    const corners = handlesOf('ellipse', box);
    corners.forEach((corner, i) => {
      const to: ImagePoint = [corner[0] + 1, corner[1] + 2];
      const moved = handlesOf('ellipse', moveHandle('ellipse', box, i, to));
      expect(moved[i]).toEqual(to);
      expect(moved[(i + 2) % 4]).toEqual(corners[(i + 2) % 4]);
    });
  });

  it('moves one end of a line', () => {
    expect(moveHandle('length', box, 1, [0, 0])).toEqual([box[0], [0, 0]]);
  });
});

describe('draftPoints', () => {
  it('gives a bidirectional a short axis across the middle, half as long', () => {
    const [a, b, c, d] = draftPoints('bidirectional', [0, 0], [8, 0], []);
    expect([a, b]).toEqual([
      [0, 0],
      [8, 0],
    ]);
    expect(c && d && pixelLength(c, d)).toBe(4);
    expect(c && d && [(c[0] + d[0]) / 2, (c[1] + d[1]) / 2]).toEqual([4, 0]);
  });
});

describe('inStoredOrder', () => {
  it('puts the longer axis first', () => {
    const cross: readonly ImagePoint[] = [
      [0, 0],
      [2, 0],
      [1, -5],
      [1, 5],
    ];
    expect(inStoredOrder('bidirectional', cross, pixelLength)).toEqual([cross[2], cross[3], cross[0], cross[1]]);
    expect(inStoredOrder('ellipse', box, pixelLength)).toBe(box);
  });
});

describe('translate', () => {
  it('stops at the border of the image and keeps the shape', () => {
    const moved = translate(box, -100, 100, { rows: 60, columns: 60 });
    expect(moved).toEqual([
      [-0.5, 29.5],
      [19.5, 59.5],
    ]);
  });
});

describe('isDrawn', () => {
  it('ignores clicks', () => {
    expect(
      isDrawn('ellipse', [
        [5, 5],
        [5.2, 5.1],
      ]),
    ).toBe(false);
    expect(
      isDrawn('length', [
        [5, 5],
        [5, 9],
      ]),
    ).toBe(true);
    expect(
      isDrawn('polygon', [
        [0, 0],
        [5, 5],
      ]),
    ).toBe(false);
  });
});

describe('simplify', () => {
  it('drops points on a straight line and keeps corners', () => {
    const line: ImagePoint[] = Array.from({ length: 11 }, (_, i) => [i, 0]);
    expect(simplify(line, 0.3)).toEqual([
      [0, 0],
      [10, 0],
    ]);
    const corner: ImagePoint[] = [...line, ...Array.from({ length: 5 }, (_, i): ImagePoint => [10, i + 1])];
    expect(simplify(corner, 0.3)).toEqual([
      [0, 0],
      [10, 0],
      [10, 5],
    ]);
  });
});
