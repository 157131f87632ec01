import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { ExternalData } from '../network/onnx/decode.ts';

/** Weights that lie in files beside the model. Only plain names: a model cannot point at other places of the disk. */
export function externalDataOf(modelPath: string): ExternalData {
  return (location) => {
    if (location !== basename(location) || location === '..')
      throw new AppError('model-damaged', 'The model refers to weights outside its own folder.');
    try {
      return readFileSync(join(dirname(modelPath), location));
    } catch (cause) {
      throw new AppError('file-not-found', `The file ${location} with the weights of this model is missing.`, {
        cause,
      });
    }
  };
}
