import type { Augmentation } from '../../contract/augmentation.ts';
import type { Preprocessing } from '../../contract/models.ts';
import { networkInput } from '../dataset/preprocess.ts';
import { drawAugmentation, writeAugmented } from './augment.ts';

/** Where the inputs of a network come from: pictures, or features cached once. */
export interface InputSource {
  /** Of one case: [channels, rows, columns]. */
  readonly shape: readonly [number, number, number];
  /** The case as training sees it in this epoch. */
  writeForTraining(caseIndex: number, epoch: number, into: Float32Array, offset: number): void;
  /** The case as it is. */
  writePlain(caseIndex: number, into: Float32Array, offset: number): void;
}

export const lengthOf = ({ shape }: InputSource): number => shape[0] * shape[1] * shape[2];

const changesNothing = (how: Augmentation): boolean =>
  !how.flipHorizontal && !how.flipVertical && how.shift === 0 && how.rotationDegrees === 0 && how.intensity === 0;

/** Pictures of a snapshot, augmented in training as f(seed, fold, epoch, case). */
export function pictureSource(
  levelsOf: (caseIndex: number) => Uint16Array,
  preprocessing: Preprocessing,
  how: Augmentation,
  seed: number,
  fold: number,
): InputSource {
  const { size, channels } = preprocessing;
  const writePlain = (caseIndex: number, into: Float32Array, offset: number): void => {
    networkInput(levelsOf(caseIndex), preprocessing, into, offset);
  };
  return {
    shape: [channels, size, size],
    writePlain,
    writeForTraining: (caseIndex, epoch, into, offset) => {
      if (changesNothing(how)) return writePlain(caseIndex, into, offset);
      const drawn = drawAugmentation(how, size, { seed, fold, epoch, caseIndex });
      writeAugmented(levelsOf(caseIndex), preprocessing, drawn, into, offset);
    },
  };
}

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
