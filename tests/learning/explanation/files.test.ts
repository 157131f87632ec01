import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { colourMaps } from '../../../main/domain/colourMaps.ts';
import { AppError } from '../../../main/domain/errors.ts';
import { decodeNpy, encodeNpy } from '../../../main/learning/explanation/npy.ts';
import { displayRange, encodeOverlay, scaleText } from '../../../main/learning/explanation/overlay.ts';

describe('npy', () => {
  const grid = { values: Float32Array.from([0, -1.5, 2, 3, 4, Number.NaN]), rows: 2, columns: 3 };

  test('has the header that NumPy writes', () => {
    const bytes = encodeNpy(grid);
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    expect([...bytes.subarray(0, 10)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
    expect(new TextDecoder('latin1').decode(bytes.subarray(10, 128))).toBe(`${header.padEnd(117)}\n`);
    expect(bytes).toHaveLength(128 + 24);
  });

  test('comes back bit for bit; anything else is refused', () => {
    expect(decodeNpy(encodeNpy(grid))).toEqual(grid);
    expect(() => decodeNpy(encodeNpy(grid).subarray(0, 140))).toThrow(AppError);
    expect(() => decodeNpy(Uint8Array.from([1, 2, 3]))).toThrow(AppError);
  });
});

describe('encodeOverlay', () => {
  const image = { pixels: Array.from({ length: 60 * 40 }, (_, i) => i % 200), rows: 60, columns: 40 };
  const heat = Float32Array.from({ length: 60 * 40 }, (_, i) => (i === 1234 ? 8 : i === 5 ? Number.NaN : 0));
  const options = { colourMap: colourMaps.inferno, opacity: 0.5, range: { low: 0, high: 8 } };
  const decoded = PNG.sync.read(Buffer.from(encodeOverlay(image, heat, options)));
  const at = (column: number, row: number) => [
    ...decoded.data.subarray(4 * (row * decoded.width + column)).subarray(0, 4),
  ];

  test('leaves the image as it is where there is no heat, and mixes where there is', () => {
    expect(at(7, 0)).toEqual([7, 7, 7, 255]);
    expect(at(5, 0)).toEqual([5, 5, 5, 255]);
    const grey = 1234 % 200;
    const top = colourMaps.inferno.colours[255] ?? [0, 0, 0];
    expect(at(1234 % 40, Math.floor(1234 / 40))).toEqual([...top.map((c) => Math.round((grey + c) / 2)), 255]);
  });

  test('draws the scale to the right, the highest colour on top', () => {
    expect(decoded.height).toBe(60);
    expect(decoded.width).toBeGreaterThan(50);
    expect(at(46, 5)).toEqual([...(colourMaps.inferno.colours[255] ?? []), 255]);
    expect(at(46, 54)).toEqual([...(colourMaps.inferno.colours[0] ?? []), 255]);
    expect(
      decoded.data.subarray(0).some((_, i) => i % 4 === 0 && (i / 4) % decoded.width > 50 && decoded.data[i] === 255),
    ).toBe(true);
  });

  test('an empty range paints nothing', () => {
    const flat = PNG.sync.read(Buffer.from(encodeOverlay(image, heat, { ...options, range: { low: 0, high: 0 } })));
    expect(flat.data[4 * (30 * flat.width + 34)]).toBe(1234 % 200);
  });
});

test('displayRange starts at no evidence; a diverging map is symmetric', () => {
  expect(displayRange([-3, 2, Number.NaN], colourMaps.inferno)).toEqual({ low: 0, high: 2 });
  expect(displayRange([-3, 2], colourMaps['cool-warm'])).toEqual({ low: -3, high: 3 });
  expect(displayRange([-3, -2], colourMaps.viridis)).toEqual({ low: 0, high: 0 });
});

test('scaleText is short', () => {
  expect([0, 1.23456, -0.5, 123456, 0.00123].map(scaleText)).toEqual(['0', '1.23', '-0.5', '1.2e+5', '1.2e-3']);
});
