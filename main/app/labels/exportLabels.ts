import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLabelsCsv } from '../../exchange/labels/formatLabelsCsv.ts';
import type { Store } from '../../store/store.ts';

/** labels.csv in `out`, as `labels import` takes it. */
export async function exportLabels(store: Store, out: string): Promise<{ files: string[]; rows: number }> {
  const labels = store.truth.allLabels();
  const file = join(out, 'labels.csv');
  await mkdir(out, { recursive: true });
  await writeFile(file, formatLabelsCsv(labels, store.truth.definitions()));
  return { files: [file], rows: labels.length };
}
