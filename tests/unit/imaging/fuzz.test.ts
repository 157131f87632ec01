import { describe, expect, it } from 'vitest';
import { fuzz } from '../../fuzz/fuzz.ts';

/** A small part of `npm run fuzz`, to notice what breaks; other files than there. */
describe('damaged files', () => {
  it('are accepted or refused with a code by workers that stay small', { timeout: 240_000 }, async () => {
    const result = await fuzz({
      seed: 2,
      header: 120,
      codec: 10,
      truncation: 30,
      lies: 40,
      workers: 2,
      timeoutMs: 10_000,
    });
    expect(result.untyped).toEqual([]);
    expect(result.files).toBeGreaterThanOrEqual(230);
    expect(result.peakWorkerMb).toBeLessThanOrEqual(1024);
  });
});
