import { describe, expect, it } from 'vitest';
import type { FramePixels } from '../../../../main/contract/images.ts';
import { firstWindow, greyTable, toDisplayImage, valueAt } from '../../../../renderer/viewer/displayImage.ts';

const frame = (change: Partial<FramePixels>): FramePixels => ({
  rows: 1,
  columns: 4,
  samplesPerPixel: 1,
  pixels: Int16Array.of(-1024, 0, 40, 400),
  minStored: -1024,
  maxStored: 400,
  bitsStored: 16,
  isSigned: true,
  invert: false,
  rescaleSlope: 1,
  rescaleIntercept: 0,
  windows: [],
  voiLutFunction: 'LINEAR',
  isLossy: false,
  lossyRatios: [],
  defaultWindow: { center: 0, width: 100, source: 'percentiles' },
  overlays: [],
  damage: [],
  ...change,
});

describe('toDisplayImage', () => {
  it('passes 16-bit integers on as they are, with their real extremes', () => {
    const image = toDisplayImage('groundglass:1.2/1', frame({}));
    expect(image).toMatchObject({ minimum: -1024, maximum: 400, slope: 1, intercept: 0 });
    expect(image.fullRange).toEqual({ center: -311.5, width: 1425 });
  });

  it('finds extremes beyond those that leave padding out', () => {
    const image = toDisplayImage('x', frame({ pixels: Int16Array.of(-2000, 0, 1, 2), minStored: 0, maxStored: 2 }));
    expect([image.minimum, image.maximum]).toEqual([-2000, 2]);
    expect(image.fullRange).toEqual({ center: 1.5, width: 3 });
  });

  it.each([
    ['float32', Float32Array.of(-0.5, 0, 0.25, 1.5)],
    ['float64', Float64Array.of(-1e6, 0, 12.5, 1e6)],
    ['int32', Int32Array.of(-2_000_000, -5, 0, 3_000_000)],
    ['uint32', Uint32Array.of(0, 70_000, 4_000_000_000, 1)],
    ['int8', Int8Array.of(-128, -1, 0, 127)],
  ])('quantises %s to 16 bits and keeps the modality values within half a step', (_, pixels) => {
    const image = toDisplayImage('x', frame({ pixels, rescaleSlope: 2, rescaleIntercept: -3 }));
    const values = [...pixels].map((value) => value * 2 - 3);
    const step = (Math.max(...values) - Math.min(...values)) / 0xffff;
    values.forEach((value, column) => {
      expect(Math.abs((valueAt(image, column, 0) ?? Number.NaN) - value)).toBeLessThanOrEqual(step / 2 + 1e-9);
    });
    expect(image.pixels).toBeInstanceOf(Uint16Array);
  });

  it('keeps integers exact where the range fits', () => {
    const image = toDisplayImage('x', frame({ pixels: Int32Array.of(100_000, 100_001, 100_700, 100_003) }));
    expect([0, 1, 2, 3].map((column) => valueAt(image, column, 0))).toEqual([100_000, 100_001, 100_700, 100_003]);
  });

  it('applies a modality table before anything else', () => {
    const modalityLut = { first: 0, bits: 16, data: Uint16Array.of(10, 20, 40, 80) };
    const pixels = Uint8Array.of(0, 1, 2, 9);
    const image = toDisplayImage('x', frame({ pixels, modalityLut, rescaleSlope: 5 }));
    expect([0, 1, 2, 3].map((column) => valueAt(image, column, 0))).toEqual([10, 20, 40, 80]);
  });

  it('makes RGBA of colour and shows it unwindowed', () => {
    const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const image = toDisplayImage('x', frame({ rows: 1, columns: 2, samplesPerPixel: 3, pixels }));
    expect([...image.pixels]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
    expect([...greyTable(image, firstWindow(image), false)]).toEqual(Array.from({ length: 256 }, (_, i) => i));
    expect(valueAt(image, 0, 0)).toBeUndefined();
  });
});

describe('greyTable', () => {
  it('follows the LINEAR function of PS3.3 C.11.2.1.2 at the ends and in the middle', () => {
    const image = toDisplayImage('x', frame({}));
    const table = greyTable(image, { center: 40, width: 400 }, false);
    const at = (value: number) => table[value + 1024];
    expect([at(-1024), at(-160), at(40), at(239), at(400)]).toEqual([0, 0, 128, 255, 255]);
  });

  it('turns MONOCHROME1 round', () => {
    const image = toDisplayImage('x', frame({ invert: true }));
    expect(image.isInverted).toBe(true);
    const table = greyTable(image, { center: 40, width: 400 }, true);
    expect([table[0], table.at(-1)]).toEqual([255, 0]);
  });

  it('uses the VOI table of the header where there is no window', () => {
    const voiLut = { first: 0, bits: 8, data: Uint16Array.of(255, 128, 0) };
    const image = toDisplayImage('x', frame({ pixels: Uint8Array.of(0, 1, 2, 2), voiLut }));
    expect(firstWindow(image)).toBeUndefined();
    expect([...greyTable(image, undefined, false)]).toEqual([255, 128, 0]);
  });
});
