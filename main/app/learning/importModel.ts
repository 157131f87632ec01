import { join } from 'node:path';
import type { Parsed } from '../../contract/define.ts';
import type { modelMethods } from '../../contract/models.ts';
import { newId } from '../../store/newId.ts';
import type { AppContext } from '../context.ts';
import { runInWorker } from './runInWorker.ts';

type ImportModelInput = Parsed<(typeof modelMethods)['models.import']>;

/** Takes a third-party ONNX classifier into the workspace: usable as backbone, for predictions and for heat maps. */
export async function importModel(
  context: AppContext,
  { path, name, card }: ImportModelInput,
): Promise<{ modelId: string }> {
  const modelId = newId('model');
  const folder = join(context.store.workspace.modelsFolder, modelId);
  const request = { path, name, folder, ...(card === undefined ? {} : { cardPath: card }) };
  const made = await runInWorker(context, 'importModel', request);
  context.store.runs.addModel({ id: modelId, name, card: made.card, path: folder, sizeBytes: made.sizeBytes });
  context.announce('models.changed', {});
  return { modelId };
}
