import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../main/store/openStore.ts';
import { addSamples, imageTarget, labelValues, temporaryFolder } from './support/samples.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

// Printed, not asserted: the machine may be busy. GROUNDGLASS_INSTANCES=100000 is the size the design names.
test('the worklist of a big workspace', { timeout: 300_000 }, () => {
  const instances = Number(process.env.GROUNDGLASS_INSTANCES ?? 20_000);
  const store = openStore(folder.path, { kind: 'test' });
  const samples = Array.from({ length: instances }, (_, i) => ({
    patient: 1 + Math.floor(i / 40),
    series: 1 + Math.floor((i % 40) / 20),
    image: 1 + (i % 20),
  }));
  const importStart = performance.now();
  addSamples(store, samples);
  const importMs = performance.now() - importStart;
  const readerId = store.truth.createReader('Ann').id;
  const values = labelValues('no', 'yes');
  const definitionId = store.truth.saveDefinition({ name: 'Opacity', scope: 'image', values, isRetired: false }).id;
  const importId = store.truth.beginLabelImport('labels.csv');
  const saves = Array.from({ length: instances / 20 }, (_, i) => ({
    row: i + 2,
    readerName: 'Ann',
    definitionName: 'Opacity',
    target: imageTarget(1 + Math.floor(i / 2), 1 + (i % 2)),
    value: 'yes',
  }));
  const labelStart = performance.now();
  for (let i = 0; i < saves.length; i += 200) store.truth.applyLabelImport(saves.slice(i, i + 200), importId);
  const labelMs = performance.now() - labelStart;
  store.worklist({ readerId });
  const start = performance.now();
  const rows = store.worklist({ readerId });
  const worklistMs = performance.now() - start;
  expect(rows).toHaveLength(instances / 20);
  expect(rows.every(({ labels }) => labels.length === 1)).toBe(true);
  store.close();
  const openStart = performance.now();
  const again = openStore(folder.path, { kind: 'test' });
  const openMs = performance.now() - openStart;
  expect(again.truth.definition(definitionId)?.name).toBe('Opacity');
  again.close();
  const figures = { importMs, labelMs, worklistMs, openMs };
  console.log(`${instances} instances, ${rows.length} series: ${JSON.stringify(figures)}`);
});
