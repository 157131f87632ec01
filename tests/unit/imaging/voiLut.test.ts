import { describe, expect, it } from 'vitest';
import { applyVoiTable, applyWindow, fullRangeWindow, lookUp } from '../../../main/domain/voiLut.ts';

describe('VOI LUT (PS3.3 C.11.2)', () => {
  // The standard's own example: c = 2048, w = 4096 is (x - 2047.5) / 4095 + 0.5.
  it.each([
    [0, 0],
    [4095, 255],
    [2048, ((2048 - 2047.5) / 4095 + 0.5) * 255],
    [-100, 0],
    [5000, 255],
  ])('LINEAR 2048/4096: %d -> %d', (value, expected) => {
    expect(applyWindow(value, { center: 2048, width: 4096 })).toBeCloseTo(expected, 10);
  });

  // c = 0, w = 100: -50 -> 0, 50 -> 1 as the standard states for LINEAR_EXACT.
  it.each([
    [-50, 0],
    [0, 127.5],
    [25, 191.25],
    [50, 255],
    [51, 255],
  ])('LINEAR_EXACT 0/100: %d -> %d', (value, expected) => {
    expect(applyWindow(value, { center: 0, width: 100 }, 'LINEAR_EXACT')).toBeCloseTo(expected, 10);
  });

  it.each([
    [40, 127.5],
    [140, 255 / (1 + Math.exp(-1))],
    [-60, 255 / (1 + Math.exp(1))],
  ])('SIGMOID 40/400: %d -> %d', (value, expected) => {
    expect(applyWindow(value, { center: 40, width: 400 }, 'SIGMOID')).toBeCloseTo(expected, 10);
  });

  it('is a step for the narrowest window', () => {
    const window = { center: 10, width: 1 };
    expect([9, 10].map((value) => applyWindow(value, window))).toEqual([0, 255]);
  });

  it('clamps table lookups and scales by the table depth', () => {
    const table = { firstMapped: -2, bits: 12, data: Uint16Array.of(0, 1024, 4095) };
    expect([-5, -2, -1, 0, 9].map((value) => lookUp(table, value))).toEqual([0, 0, 1024, 4095, 4095]);
    expect(applyVoiTable(table, -1)).toBeCloseTo((1024 / 4095) * 255, 10);
  });

  it('shows the full range without a window in the header', () => {
    const window = fullRangeWindow(-1000, 1000);
    expect(applyWindow(-1000, window)).toBe(0);
    expect(applyWindow(1000, window)).toBeCloseTo(255, 10);
  });
});
