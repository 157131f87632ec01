import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../../main/domain/random.ts';
import { FormulaImages, formulaLabels } from '../../../../main/imaging/formula/formulaImages.ts';
import { drawFractal, drawFractalCode } from '../../../../main/imaging/formula/fractal.ts';

const sha256 = (pixels: Float32Array): string =>
  createHash('sha256').update(new Uint8Array(pixels.buffer)).digest('hex');

describe('formula-driven images', () => {
  test('are a function of seed and number alone', () => {
    const [one, again, other] = [new FormulaImages(3, 32), new FormulaImages(3, 32), new FormulaImages(4, 32)];
    again.image(9);
    expect(sha256(again.image(5).pixels)).toBe(sha256(one.image(5).pixels));
    expect(again.image(5).labels).toEqual(one.image(5).labels);
    expect(sha256(other.image(5).pixels)).not.toBe(sha256(one.image(5).pixels));
  });

  test('lie between 0 and 1, are not empty, and have labels that exist, each once', () => {
    const images = new FormulaImages(1, 32);
    const seen = new Set<number>();
    for (let i = 0; i < 400; i++) {
      const { pixels, labels } = images.image(i);
      let [low, high] = [1, 0];
      for (const value of pixels) [low, high] = [Math.min(low, value), Math.max(high, value)];
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(high - low).toBeGreaterThan(0.01);
      expect(new Set(labels).size).toBe(labels.length);
      for (const label of labels) seen.add(label);
    }
    expect(Math.max(...seen)).toBeLessThan(formulaLabels.length);
    expect(seen.size).toBeGreaterThan(0.95 * formulaLabels.length);
  });
});

test('fractal codes contract: singular values below 1, their sum where attractors are full', () => {
  for (let i = 0; i < 200; i++) {
    const code = drawFractalCode(randomStream(1, 'code', i));
    const sum = code.reduce((total, { a, b, c, d }) => {
      const [squares, determinant] = [a * a + b * b + c * c + d * d, Math.abs(a * d - b * c)];
      const root = Math.sqrt(Math.max(0, squares * squares - 4 * determinant * determinant));
      const [larger, smaller] = [Math.sqrt((squares + root) / 2), Math.sqrt(Math.max(0, (squares - root) / 2))];
      expect(larger).toBeLessThan(1);
      return total + larger + 2 * smaller;
    }, 0);
    expect(sum).toBeGreaterThanOrEqual((5 + code.length) / 2 - 1e-6);
    expect(sum).toBeLessThanOrEqual((6 + code.length) / 2 + 1e-6);
    expect(code.reduce((total, { share }) => total + share, 0)).toBeCloseTo(1, 12);
  }
});

test('a fractal is drawn inside its square, densest at 1', () => {
  const pixels = drawFractal(drawFractalCode(randomStream(2, 'code')), 48, randomStream(2, 'instance'));
  expect(pixels.length).toBe(48 * 48);
  expect(Math.max(...pixels)).toBeCloseTo(1, 6);
});
