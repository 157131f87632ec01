import { float32, type Tensors } from '../network/tensor.ts';
import { type InputSource, lengthOf } from './inputSource.ts';
import type { TrainingCases } from './trainingCases.ts';

/** Inputs of a training step for a batch of cases: images as this epoch changes them, one-hot classes, class weights. */
export function batchFeeds(
  batch: readonly number[],
  epoch: number,
  source: InputSource,
  { truths, classes }: TrainingCases,
  weights: readonly number[],
): Tensors {
  const length = lengthOf(source);
  const x = new Float32Array(batch.length * length);
  const y = new Float32Array(batch.length * classes.length);
  const sampleWeight = new Float32Array(batch.length);
  batch.forEach((caseIndex, i) => {
    const truth = truths[caseIndex] ?? 0;
    source.writeForTraining(caseIndex, epoch, x, i * length);
    y[i * classes.length + truth] = 1;
    sampleWeight[i] = weights[truth] ?? 1;
  });
  return {
    x: float32([batch.length, ...source.shape], x),
    y: float32([batch.length, classes.length], y),
    sampleWeight: float32([batch.length], sampleWeight),
  };
}
