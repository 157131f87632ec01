import { maxLevel } from './preprocess.ts';

/** A flat training set still has to be divided by something. */
const SMALLEST_DEVIATION = 1e-3;

/** Mean and standard deviation of pictures on the 0..1 scale. */
export function measureLevels(pictures: Iterable<Uint16Array>): { mean: number; standardDeviation: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const picture of pictures) {
    let pictureSum = 0;
    let pictureSquares = 0;
    for (const level of picture) {
      pictureSum += level;
      pictureSquares += level * level;
    }
    count += picture.length;
    sum += pictureSum / maxLevel;
    squares += pictureSquares / (maxLevel * maxLevel);
  }
  const mean = count === 0 ? 0 : sum / count;
  const variance = count === 0 ? 0 : squares / count - mean * mean;
  return { mean, standardDeviation: Math.max(Math.sqrt(Math.max(0, variance)), SMALLEST_DEVIATION) };
}
