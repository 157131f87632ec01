import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../../store/store.ts';
import { storedModel } from './storedModel.ts';

/** Copies model.onnx, its folds and its card into a folder. */
export async function exportModel(store: Store, modelId: string, out: string): Promise<{ files: string[] }> {
  const model = storedModel(store, modelId);
  await mkdir(out, { recursive: true });
  const names = (await readdir(model.path)).filter((name) => /\.(onnx|json)$/.test(name)).sort();
  for (const name of names) await copyFile(join(model.path, name), join(out, name));
  return { files: names.map((name) => join(out, name)) };
}
