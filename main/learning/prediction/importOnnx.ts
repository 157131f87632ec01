import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelCard } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { encodeNetwork } from '../network/network.ts';
import { readModelFile, readNetwork } from './readNetwork.ts';
import { cardOfStranger } from './strangerCard.ts';

export interface ImportOnnxInput {
  readonly path: string;
  readonly name: string;
  /** A model-card.json; without one classes have numbers and preprocessing is the plain image. */
  readonly cardPath?: string;
  /** The new model folder. */
  readonly folder: string;
}

/**
 * Makes a model folder of a third-party ONNX classifier or layers model, weights included.
 * Errors: `file-not-found`, `model-damaged`, `unsupported-operator`, `shape-mismatch`, `invalid-input` (the card).
 */
export function importOnnx({ path, name, cardPath, folder }: ImportOnnxInput): { card: ModelCard; sizeBytes: number } {
  const network = readNetwork(path);
  const card = { ...(cardPath === undefined ? cardOfStranger(network, name) : readCard(cardPath)), name };
  if (card.classes.length !== network.classes)
    throw new AppError(
      'shape-mismatch',
      `The card names ${card.classes.length} classes, the network has ${network.classes}.`,
    );
  const bytes = encodeNetwork(network);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), bytes, { flush: true });
  writeFileSync(join(folder, 'model-card.json'), JSON.stringify(card, undefined, 1), { flush: true });
  return { card, sizeBytes: bytes.length };
}

function readCard(path: string): ModelCard {
  try {
    return ModelCard.parse(JSON.parse(readModelFile(path).toString('utf8')));
  } catch (cause) {
    throw new AppError('invalid-input', 'The model card cannot be read.', { cause });
  }
}
