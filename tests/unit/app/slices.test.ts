import { afterAll, beforeAll, expect, it } from 'vitest';
import { surveyWorkspace } from '../../../main/app/deidentify/surveySeries.ts';
import { worklistRows } from '../../../main/app/images/worklistRows.ts';
import { selectionInput } from '../../../main/app/learning/selectionInput.ts';
import { Slices } from '../../../main/app/timeBox.ts';
import { openStore } from '../../../main/store/openStore.ts';
import type { Store } from '../../../main/store/store.ts';
import { addSamples, imageTarget, labelValues, temporaryFolder } from '../../store/support/samples.ts';

const folder = temporaryFolder();
let store: Store;
const largeSeries = 450;

beforeAll(() => {
  store = openStore(folder.path, { kind: 'test' });
  const small = Array.from({ length: 600 }, (_, i) => ({ patient: 2 + i }));
  addSamples(store, [...Array.from({ length: largeSeries }, (_, i) => ({ image: i + 1 })), ...small]);
  const readerId = store.truth.createReader('Ann').id;
  const values = labelValues('no', 'yes');
  const definitionId = store.truth.saveDefinition({ name: 'Opacity', scope: 'image', values, isRetired: false }).id;
  for (const patient of [2, 3]) {
    store.truth.saveLabel({ definitionId, readerId, target: imageTarget(patient), value: 'yes' });
  }
});

afterAll(() => {
  store.close();
  folder.remove();
});

/** A store that counts the rows each call of the catalogue hands over. */
function counted(): { store: Store; largest: () => number; instances: () => number } {
  const sizes: number[] = [];
  let instances = 0;
  const { catalogue } = store;
  const counting: Store = {
    ...store,
    catalogue: {
      ...catalogue,
      instancesOfSeries: (...asked) => {
        const found = catalogue.instancesOfSeries(...asked);
        sizes.push(found.length);
        instances += found.length;
        return found;
      },
    },
    *worklistPages(filter) {
      for (const page of store.worklistPages(filter)) {
        sizes.push(page.length);
        yield page;
      }
    },
  };
  return { store: counting, largest: () => Math.max(...sizes), instances: () => instances };
}

it('reads the worklist a few hundred rows at a time, complete and in order', async () => {
  const counting = counted();
  const rows = await worklistRows(counting, {});
  expect(rows).toEqual(store.worklist());
  expect(rows).toHaveLength(601);
  expect(rows.map(({ patientId }) => patientId)).toEqual(rows.map(({ patientId }) => patientId).sort());
  expect(rows.filter(({ labels }) => labels.length > 0)).toHaveLength(2);
  expect(counting.largest()).toBeLessThanOrEqual(250);
});

it('surveys series that are larger than a page', async () => {
  const counting = counted();
  const surveyed = await surveyWorkspace(counting, undefined);
  expect(surveyed).toHaveLength(601);
  expect(surveyed.find(({ patientId }) => patientId === 'P1')?.images).toHaveLength(largeSeries);
  expect(counting.instances()).toBe(largeSeries + 600);
  expect(counting.largest()).toBeLessThanOrEqual(250);
});

it('reads the images of labelled studies only, and counts the others', async () => {
  for (const { seriesInstanceUid } of store.catalogue.imageSeries())
    store.catalogue.setStacks(seriesInstanceUid, [], []);
  const counting = counted();
  const input = await selectionInput(counting.store, { target: 'Opacity' });
  expect(input.images.map(({ patientId }) => patientId)).toEqual(['P2', 'P3']);
  expect(input.found).toEqual({ patients: 601, studies: 601, series: 601, frames: largeSeries + 600 });
  expect(counting.instances()).toBe(2);
});

it('gives everything else its turn when a slice is used up, and stops when told to', async () => {
  const stop = new AbortController();
  const slices = new Slices({ signal: stop.signal, budgetMs: 0 });
  let others = 0;
  const beside = setInterval(() => {
    others += 1;
  });
  for (let i = 0; i < 200; i++) {
    await slices.turn();
    if (others > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  clearInterval(beside);
  expect(others).toBeGreaterThan(0);
  expect(slices.given).toBeGreaterThan(0);
  const before = slices.given;
  const patient = new Slices({ budgetMs: 60_000 });
  for (let i = 0; i < 1000; i++) await patient.turn();
  expect([patient.given, slices.given]).toEqual([0, before]);
  stop.abort();
  await expect(slices.turn()).rejects.toThrow();
});
