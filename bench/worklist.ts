import { openStore } from '../main/store/openStore.ts';
import type { Store } from '../main/store/store.ts';
import { addSamples, seriesUid } from '../tests/store/support/samples.ts';
import { type Bench, type BenchResult, rounds } from './bench.ts';
import { inTemporaryFolder } from './commandLine.ts';
import { summarise } from './numbers.ts';

const instances = 100_000;
const perPatient = 40;
const perSeries = 20;

const queries: readonly (readonly [name: string, run: (store: Store) => unknown])[] = [
  ['the whole worklist', (store) => store.worklist()],
  ['one row of it', (store) => store.worklistRow(seriesUid(1200))],
  ['one series with its images', (store) => store.catalogue.instancesOfSeries(seriesUid(1200))],
  ['the totals', (store) => store.catalogue.totals()],
  ['one image', (store) => store.catalogue.instanceBySop('1.2.3.1200.1.7')],
  [
    '16 files looked up by their address',
    (store) => store.catalogue.knownFiles(Array.from({ length: 16 }, (_, i) => `/data/p1200/s1/${i + 1}.dcm`)),
  ],
  ['all images for a dataset', (store) => store.catalogue.datasetInstances()],
];

/** Queries of the page at the size that the design names; the page itself is measured by the browser test `worklistScale`. */
export const worklist: Bench = {
  name: 'worklist',
  title: 'Queries of a workspace with 100,000 images',
  run: (tell): Promise<BenchResult> =>
    inTemporaryFolder(async (root) => {
      const store = openStore(root, { kind: 'bench' });
      const began = performance.now();
      addSamples(
        store,
        Array.from({ length: instances }, (_, i) => ({
          patient: 1 + Math.floor(i / perPatient),
          series: 1 + Math.floor((i % perPatient) / perSeries),
          image: 1 + (i % perSeries),
        })),
      );
      const addedSeconds = (performance.now() - began) / 1000;
      tell(`${instances} rows added in ${addedSeconds.toFixed(1)} s`);
      const figures = queries.map(([quantity, run]) => {
        run(store);
        const times = Array.from({ length: rounds(9) }, () => {
          const started = performance.now();
          run(store);
          return performance.now() - started;
        });
        return { quantity, unit: 'ms', own: summarise(times) };
      });
      store.close();
      return {
        conditions: `${instances} images, ${instances / perSeries} series, ${instances / perPatient} patients, in SQLite on the disk`,
        figures: [...figures, { quantity: 'rows added', unit: 'rows/s', own: summarise([instances / addedSeconds]) }],
      };
    }),
};
