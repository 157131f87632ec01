import { expect, test } from 'vitest';
import { colourAt, colourMaps, colourTable, opacityAt, positionInRange } from '../../../main/domain/colourMaps.ts';

/** Relative luminance, IEC 61966-2-1. */
function luminance(colour: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = colour.map((v) => (v <= 10 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('inferno and viridis have the published colours', () => {
  const near = (colour: readonly number[], published: readonly number[]) =>
    published.every((v, i) => Math.abs(v - (colour[i] ?? 0)) <= 1);
  const { inferno, viridis } = colourMaps;
  const published = [
    [inferno, 0, [0, 0, 4]],
    [inferno, 40, [47, 10, 91]],
    [inferno, 128, [188, 55, 84]],
    [inferno, 255, [252, 255, 164]],
    [viridis, 0, [68, 1, 84]],
    [viridis, 128, [33, 145, 140]],
    [viridis, 255, [253, 231, 37]],
  ] as const;
  for (const [map, i, colour] of published) expect(near(map.colours[i] ?? [], colour)).toBe(true);
});

test('the sequential maps grow lighter all the way; the diverging one has its lightest colour in the middle', () => {
  for (const map of [colourMaps.inferno, colourMaps.viridis]) {
    const lights = map.colours.map(luminance);
    for (let i = 8; i < 256; i += 8) expect(lights[i] ?? 0).toBeGreaterThan(lights[i - 8] ?? 0);
  }
  const lights = colourMaps['cool-warm'].colours.map(luminance);
  expect(Math.abs(lights.indexOf(Math.max(...lights)) - 127.5)).toBeLessThan(8);
});

test('the colour of nothing is transparent', () => {
  expect(colourTable(colourMaps.inferno)[0]?.[3]).toBe(0);
  expect(colourTable(colourMaps.inferno)[255]?.[3]).toBe(255);
  expect(opacityAt(colourMaps['cool-warm'], 0.5)).toBe(0);
  expect(opacityAt(colourMaps['cool-warm'], 0)).toBe(1);
  expect(colourTable(colourMaps.viridis)).toHaveLength(256);
});

test('values outside the range take the end colours', () => {
  expect(positionInRange(5, 0, 4)).toBe(1);
  expect(positionInRange(-5, 0, 4)).toBe(0);
  expect(positionInRange(1, 2, 2)).toBe(0);
  expect(colourAt(colourMaps.viridis, 7)).toEqual(colourMaps.viridis.colours[255]);
});
