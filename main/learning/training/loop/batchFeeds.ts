import { isWeighedEach } from '../../network/loss.ts';
import { float32, type Tensors } from '../../network/tensor.ts';
import { type InputSource, lengthOf } from '../inputSource.ts';
import type { TrainingCases } from '../trainingCases.ts';
import type { Objective } from './objective.ts';

/** Inputs of a training step for a batch of cases: images as this epoch changes them, targets, weights. */
export function batchFeeds(
  batch: readonly number[],
  epoch: number,
  source: InputSource,
  { classes }: TrainingCases,
  { loss, weightsOf, targetsOf }: Objective,
): Tensors {
  const length = lengthOf(source);
  const x = new Float32Array(batch.length * length);
  const y = new Float32Array(batch.length * classes.length);
  const shape = isWeighedEach(loss) ? [batch.length, classes.length] : [batch.length];
  const sampleWeight = new Float32Array(shape.reduce((a, b) => a * b));
  batch.forEach((caseIndex, i) => {
    source.writeForTraining(caseIndex, epoch, x, i * length);
    y.set(targetsOf(caseIndex), i * classes.length);
    sampleWeight.set(weightsOf(caseIndex, 'training'), (i * sampleWeight.length) / batch.length);
  });
  source.mix?.(batch, epoch, { x, y, sampleWeight });
  return {
    x: float32([batch.length, ...source.shape], x),
    y: float32([batch.length, classes.length], y),
    sampleWeight: float32(shape, sampleWeight),
  };
}
