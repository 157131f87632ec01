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

/** Least squares over the steps: growth from the first to the last sample, and its standard error, in bytes. */
function growthOf(samples: readonly Sample[], key: 'residentBytes' | 'arrayBytes') {
  const n = samples.length;
  const mean = (value: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + value(sample), 0) / n;
  const [x, y] = [mean(({ step }) => step), mean((sample) => sample[key])];
  const squares = samples.reduce((sum, { step }) => sum + (step - x) ** 2, 0);
  const slope = samples.reduce((sum, sample) => sum + (sample.step - x) * (sample[key] - y), 0) / squares;
  const rest = samples.reduce((sum, sample) => sum + (sample[key] - y - slope * (sample.step - x)) ** 2, 0);
  const length = (samples.at(-1)?.step ?? 0) - (samples[0]?.step ?? 0);
  return { growth: slope * length, error: Math.sqrt(rest / (n - 2) / squares) * length };
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
  const arrays = growthOf(settled, 'arrayBytes');
  expect(arrays.growth).toBeLessThan(Math.max(0.1 * MiB, 3 * arrays.error));
  const resident = growthOf(settled, 'residentBytes');
  expect(resident.growth).toBeLessThan(Math.max(4 * MiB, 3 * resident.error));
}, 240_000);
