import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  normalAt,
  permutation,
  philox4x32,
  randomAt,
  randomStream,
  seedFromText,
  shuffled,
} from '../../../main/domain/random.ts';

describe('philox4x32', () => {
  // The three philox4x32-10 rows of kat_vectors in the authors' Random123 distribution.
  test.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('gives the published answer for %j', (counter, key, answer) => {
    expect(philox4x32(counter, key)).toEqual(answer);
  });
});

describe('randomAt', () => {
  test('stays the same from version to version', () => {
    const values = [randomAt(1), randomAt(1, 0), randomAt(1, 'a'), randomAt(2, 3, 'epoch', 4)];
    expect(values).toEqual([0.8902591757080309, 0.6449821158964508, 0.2986379570655434, 0.4210381491269076]);
    expect(seedFromText('snapshot')).toBe(854430070189639);
  });

  test('depends on every argument, on their order and on their number', () => {
    const values = [
      randomAt(1, 2),
      randomAt(1, 2, 0),
      randomAt(2, 1),
      randomAt(1),
      randomAt(1, '2'),
      randomAt(1, 0, 2),
    ];
    expect(new Set(values).size).toBe(values.length);
    expect(randomAt(1, '')).not.toBe(randomAt(1));
    expect(randomAt(1, 'ab', 'c')).not.toBe(randomAt(1, 'a', 'bc'));
    expect(randomAt(2 ** 32 + 1)).not.toBe(randomAt(1));
  });

  test('is uniform', () => {
    const bins = Array.from({ length: 20 }, () => 0);
    for (let i = 0; i < 20_000; i++)
      bins[Math.floor(randomAt(7, i) * 20)] = (bins[Math.floor(randomAt(7, i) * 20)] ?? 0) + 1;
    const chiSquared = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(43.8); // 99.9 % point at 19 degrees of freedom
  });

  test('refuses seeds and counters that it could not tell apart', () => {
    expect(() => randomAt(-1)).toThrow(RangeError);
    expect(() => randomAt(0.5)).toThrow(RangeError);
    expect(() => randomAt(1, -1)).toThrow(RangeError);
    expect(() => randomAt(1, 2 ** 32)).toThrow(RangeError);
  });
});

test('normalAt has mean 0, variance 1 and the normal share within 1.96', () => {
  const draws = Array.from({ length: 20_000 }, (_, i) => normalAt(3, i));
  const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
  const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.025);
  expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  expect(draws.filter((z) => Math.abs(z) < 1.96).length / draws.length).toBeCloseTo(0.95, 2);
});

test('randomStream restarts where it began', () => {
  const first = randomStream(5, 'x');
  const second = randomStream(5, 'x');
  const values = Array.from({ length: 9 }, first);
  expect(Array.from({ length: 9 }, second)).toEqual(values);
  expect(new Set(values).size).toBe(9);
  expect(values[0]).toBe(randomAt(5, 'x'));
});

test('permutation holds each index once and moves with the seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.nat(), (n, seed) => {
      const order = permutation(n, seed, 'order');
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }),
  );
  expect(shuffled(['a', 'b', 'c', 'd', 'e', 'f'], 1)).not.toEqual(shuffled(['a', 'b', 'c', 'd', 'e', 'f'], 2));
});
