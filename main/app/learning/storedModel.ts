import { AppError } from '../../domain/errors.ts';
import type { StoredModel } from '../../store/runs/runs.ts';
import type { Store } from '../../store/store.ts';

/** By id or name. Throws `not-found`. */
export function storedModel(store: Store, idOrName: string): StoredModel {
  const model = store.runs.model(idOrName);
  if (!model) throw new AppError('not-found', 'There is no such model in this workspace.');
  return model;
}
