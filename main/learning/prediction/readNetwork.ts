import { readFileSync } from 'node:fs';
import { AppError } from '../../domain/errors.ts';
import { importLayersModel } from '../network/importLayersModel.ts';
import { importNetwork } from '../network/importNetwork.ts';
import type { Network } from '../network/network.ts';
import { externalDataOf } from './externalData.ts';

/** TensorFlow.js and Keras write their layers models as model.json with weight shards beside it. */
export const isLayersModel = (path: string): boolean => path.toLowerCase().endsWith('.json');

/** A third-party classifier: an ONNX file, or the model.json of a layers model. Errors: `file-not-found`, those of the import. */
export function readNetwork(path: string): Network {
  const bytes = readModelFile(path);
  const weights = externalDataOf(path);
  return isLayersModel(path) ? importLayersModel(bytes.toString('utf8'), weights) : importNetwork(bytes, weights);
}

export function readModelFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AppError('file-not-found', 'The model file cannot be read.', { cause });
  }
}
