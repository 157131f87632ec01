import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

interface Sample {
  readonly step: number;
  readonly residentBytes: number;
  readonly arrayBytes: number;
}

const script = path.join(import.meta.dirname, 'flatMemorySteps.ts');
const MiB = 2 ** 20;

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/**
 * Median of the last third less that of the first, in bytes: what was lost is lost in every later sample, while arrays
 * that V8 has not yet swept stand in a few.
 */
function growthOf(samples: readonly Sample[], key: 'residentBytes' | 'arrayBytes'): number {
  const third = samples.length / 3;
  const values = samples.map((sample) => sample[key]);
  return medianOf(values.slice(-third)) - medianOf(values.slice(0, third));
}

/**
 * A step hands over 1.2 MB of state and takes as much back: one tensor kept per step would be seen at once. The first
 * quarter is left out, in which code is compiled and pools fill.
 */
test('two thousand training steps end with the memory of the first five hundred', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, '2000', '50'], {
    maxBuffer: MiB,
  });
  const samples: Sample[] = JSON.parse(stdout);
  const settled = samples.filter(({ step }) => step > 500);
  expect(settled).toHaveLength(30);
  expect(growthOf(settled, 'arrayBytes')).toBeLessThan(0.1 * MiB);
  expect(growthOf(settled, 'residentBytes')).toBeLessThan(8 * MiB);
}, 240_000);
