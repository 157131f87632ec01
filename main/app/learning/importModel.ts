import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parsed } from '../../contract/define.ts';
import { ModelCard, type modelMethods } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { importNetwork } from '../../learning/network/importNetwork.ts';
import { encodeNetwork } from '../../learning/network/network.ts';
import { cardOfStranger } from '../../learning/prediction/strangerCard.ts';
import { newId } from '../../store/newId.ts';
import type { AppContext } from '../context.ts';

type ImportModelInput = Parsed<(typeof modelMethods)['models.import']>;

/**
 * Takes a third-party ONNX classifier into the workspace: usable as backbone, for predictions and for heat maps.
 * Errors: `file-not-found`, `model-damaged`, `unsupported-operator`, `invalid-input` (the card).
 */
export async function importModel(
  context: AppContext,
  { path, name, card }: ImportModelInput,
): Promise<{ modelId: string }> {
  const network = importNetwork(await readBytes(path));
  const modelId = newId('model');
  const known = { ...(card === undefined ? cardOfStranger(network, name) : await readCard(card)), name };
  if (known.classes.length !== network.classes)
    throw new AppError(
      'shape-mismatch',
      `The card names ${known.classes.length} classes, the network has ${network.classes}.`,
    );
  const folder = join(context.store.workspace.modelsFolder, modelId);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), encodeNetwork(network));
  await writeFile(join(folder, 'model-card.json'), JSON.stringify(known, undefined, 1));
  const { size } = await stat(join(folder, 'model.onnx'));
  context.store.runs.addModel({ id: modelId, name, card: known, path: folder, sizeBytes: size });
  context.announce('models.changed', {});
  return { modelId };
}

const readBytes = (path: string): Promise<Buffer> =>
  readFile(path).catch((cause: unknown) => {
    throw new AppError('file-not-found', 'The file cannot be read.', { cause });
  });

async function readCard(path: string): Promise<ModelCard> {
  const text = (await readBytes(path)).toString('utf8');
  try {
    return ModelCard.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('invalid-input', 'The model card cannot be read.', { cause });
  }
}
