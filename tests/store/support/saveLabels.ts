/** Saves label after label in the workspace named on the command line and prints each one once it is acknowledged. */
import { writeSync } from 'node:fs';
import { openStore } from '../../../main/store/openStore.ts';
import { imageTarget } from './samples.ts';

const store = openStore(process.argv[2] ?? '', { kind: 'labelling' });
const readerId = store.truth.readerByName('Ann')?.id ?? '';
const definitionId = store.truth.definition('Opacity')?.id ?? '';
const lesionId = store.truth.definition('Nodule')?.id ?? '';
const points = [
  [1, 2],
  [30, 40],
];
const end = Date.now() + 30_000;
for (let i = 0; Date.now() < end; i++) {
  const target = imageTarget(1, 1, 1 + (i % 20));
  const geometry = { type: 'ellipse' as const, space: 'image' as const, points, frame: 1 };
  const input = { readerId, target };
  const label =
    i % 3 === 0
      ? store.truth.saveLabel({ ...input, definitionId: lesionId, value: 'a', geometry })
      : store.truth.saveLabel({ ...input, definitionId, value: i % 2 ? 'yes' : 'no', reason: `round ${i}` });
  writeSync(1, `${label.id} ${label.revision} ${label.value}\n`);
}
