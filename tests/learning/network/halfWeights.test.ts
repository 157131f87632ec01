import { describe, expect, test } from 'vitest';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { halfToNumber, numberToHalf } from '../../../main/learning/network/half.ts';
import { decodeNetwork, encodeNetwork, parameterTensors } from '../../../main/learning/network/network.ts';
import { float32Data } from '../../../main/learning/network/tensor.ts';

describe('numberToHalf', () => {
  test('gives back every float16 there is', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfToNumber(bits);
      if (!Number.isNaN(value)) expect(numberToHalf(value)).toBe(bits);
    }
    expect(halfToNumber(numberToHalf(Number.NaN))).toBeNaN();
  });

  test('takes the nearest, and of two as near the even one', () => {
    expect(halfToNumber(numberToHalf(Math.fround(0.1)))).toBe(0.0999755859375);
    expect(numberToHalf(2049)).toBe(numberToHalf(2048));
    expect(numberToHalf(2051)).toBe(numberToHalf(2052));
    expect(halfToNumber(numberToHalf(65519))).toBe(65504);
    expect(halfToNumber(numberToHalf(65520))).toBe(Number.POSITIVE_INFINITY);
    expect(numberToHalf(2 ** -25)).toBe(0);
    expect(numberToHalf(-(2 ** -24))).toBe(0x8001);
  });
});

test('a network in float16 takes half the bytes, and comes back with rounded weights that can be trained', () => {
  const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });
  const [full, half] = [encodeNetwork(network), encodeNetwork(network, {}, 'half')];
  expect(half.length / full.length).toBeLessThan(0.55);
  const read = decodeNetwork(half);
  expect(read.parameters).toEqual(network.parameters);
  expect([...read.graph.initializers.keys()].sort()).toEqual([...network.graph.initializers.keys()].sort());
  const before = parameterTensors(network);
  for (const [name, tensor] of Object.entries(parameterTensors(read))) {
    const original = float32Data(before[name]);
    float32Data(tensor).forEach((value, i) => {
      const expected = original[i] ?? 0;
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(Math.abs(expected) / 2048 + 2 ** -25);
    });
  }
});
