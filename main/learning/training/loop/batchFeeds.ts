import { float32, type Tensors } from '../../network/tensor.ts';
import { type InputSource, lengthOf } from '../inputSource.ts';
import type { TrainingCases } from '../trainingCases.ts';
import type { Objective } from './objective.ts';

/** Inputs of a training step for a batch of cases: images as this epoch changes them, targets, weights. */
export function batchFeeds(
  batch: readonly number[],
  epoch: number,
  source: InputSource,
  { truths, classes }: TrainingCases,
  { weights, targetsOf }: Objective,
): Tensors {
  const length = lengthOf(source);
  const x = new Float32Array(batch.length * length);
  const y = new Float32Array(batch.length * classes.length);
  const sampleWeight = new Float32Array(batch.length);
  batch.forEach((caseIndex, i) => {
    source.writeForTraining(caseIndex, epoch, x, i * length);
    y.set(targetsOf(caseIndex), i * classes.length);
    sampleWeight[i] = weights.training[truths[caseIndex] ?? 0] ?? 1;
  });
  source.mix?.(batch, epoch, { x, y, sampleWeight });
  return {
    x: float32([batch.length, ...source.shape], x),
    y: float32([batch.length, classes.length], y),
    sampleWeight: float32([batch.length], sampleWeight),
  };
}
