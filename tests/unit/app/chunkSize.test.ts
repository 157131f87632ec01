import { expect, test } from 'vitest';
import { nextChunkSize } from '../../../main/app/chunkSize.ts';

test('chunks shrink where they took too long and grow where there is room', () => {
  expect(nextChunkSize(100, 40)).toBe(25);
  expect(nextChunkSize(100, 10)).toBe(100);
  expect(nextChunkSize(50, 0)).toBe(100);
  expect(nextChunkSize(200, 1)).toBe(200);
  expect(nextChunkSize(10, 1000)).toBe(10);
});
