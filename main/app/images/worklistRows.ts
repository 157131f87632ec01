import type { WorklistRow } from '../../contract/images.ts';
import { sortWorklist } from '../../store/catalogue/worklist.ts';
import type { Store } from '../../store/store.ts';
import type { AppContext } from '../context.ts';
import { Slices } from '../timeBox.ts';

/** The whole worklist, read in slices. Throws `cancelled`. */
export async function worklistRows(
  { store }: Pick<AppContext, 'store'>,
  filter: NonNullable<Parameters<Store['worklistPages']>[0]>,
  signal?: AbortSignal,
): Promise<WorklistRow[]> {
  const slices = new Slices(signal && { signal });
  const rows: WorklistRow[] = [];
  for (const page of store.worklistPages(filter)) {
    rows.push(...page);
    await slices.turn();
  }
  return sortWorklist(rows);
}
