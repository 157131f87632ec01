import { type Augmentation, leavesPictures } from '../../contract/augmentation.ts';
import type { Preprocessing } from '../../contract/models.ts';
import { caseInput, inputShapeOf, writeCase } from '../dataset/caseInput.ts';
import { type DrawnAugmentation, drawAugmentation } from './augmentation/drawAugmentation.ts';
import { type BatchArrays, mixBatch } from './augmentation/mixBatch.ts';
import { drawMixture } from './augmentation/mixture.ts';
import { writeAugmented } from './augmentation/writeAugmented.ts';

/** Where the inputs of a network come from: pictures, or features cached once. */
export interface InputSource {
  /** Of one case: [channels, rows, columns]. */
  readonly shape: readonly [number, number, number];
  /** The case as training sees it in this epoch. */
  writeForTraining(caseIndex: number, epoch: number, into: Float32Array, offset: number): void;
  /** The case as it is. */
  writePlain(caseIndex: number, into: Float32Array, offset: number): void;
  /** Mixes the written cases of a training batch with each other; absent: they stay apart. */
  readonly mix?: (batch: readonly number[], epoch: number, arrays: BatchArrays) => void;
}

export const lengthOf = ({ shape }: InputSource): number => shape[0] * shape[1] * shape[2];

/** Pictures of a snapshot, augmented in training as f(seed, fold, epoch, case), and with mixing, the batch. */
export function pictureSource(
  levelsOf: (caseIndex: number) => Uint16Array,
  preprocessing: Preprocessing,
  how: Augmentation,
  seed: number,
  fold: number,
): InputSource {
  const { size } = preprocessing;
  const shape = inputShapeOf(preprocessing);
  const isPlain = leavesPictures(how);
  const isMixed = how.mixup > 0 || how.cutmix > 0;
  const mix: InputSource['mix'] = (batch, epoch, arrays) => {
    const mixtureOf = (caseIndex: number, position: number) =>
      drawMixture(how, batch.length, position, size, { seed, fold, epoch, caseIndex });
    mixBatch(arrays, shape, batch.map(mixtureOf));
  };
  const writePlain = (caseIndex: number, into: Float32Array, offset: number): void => {
    caseInput(levelsOf(caseIndex), preprocessing, into, offset);
  };
  return {
    shape,
    writePlain,
    ...(isMixed && { mix }),
    writeForTraining: (caseIndex, epoch, into, offset) => {
      if (isPlain) return writePlain(caseIndex, into, offset);
      // All slices of a case are moved and bent alike; only their noise is their own.
      const drawn = drawAugmentation(how, size, { seed, fold, epoch, caseIndex });
      writeCase(levelsOf(caseIndex), preprocessing, into, offset, (levels, picture, values, at, slice) =>
        writeAugmented(levels, picture, noiseOfSlice(drawn, slice), values, at),
      );
    },
  };
}

const noiseOfSlice = (drawn: DrawnAugmentation, slice: number): DrawnAugmentation =>
  slice === 0 ? drawn : { ...drawn, noisePlace: { ...drawn.place, slice } };

/** Features computed once, without augmentation. */
export function featureSource(features: ReadonlyMap<number, Float32Array>, shape: InputSource['shape']): InputSource {
  const write = (caseIndex: number, into: Float32Array, offset: number): void => {
    const values = features.get(caseIndex);
    if (!values) throw new Error(`no cached features of case ${caseIndex}`);
    into.set(values, offset);
  };
  return {
    shape,
    writePlain: write,
    writeForTraining: (caseIndex, _epoch, into, offset) => write(caseIndex, into, offset),
  };
}
