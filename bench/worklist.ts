import { setImmediate as nextTurn } from 'node:timers/promises';
import { surveyWorkspace } from '../main/app/deidentify/surveySeries.ts';
import { worklistRows } from '../main/app/images/worklistRows.ts';
import { selectionInput } from '../main/app/learning/selectionInput.ts';
import { Slices } from '../main/app/timeBox.ts';
import { DatasetRecipe } from '../main/contract/datasets.ts';
import type { LabelTarget } from '../main/contract/labels.ts';
import { previewDatasetInSteps } from '../main/learning/dataset/previewDataset.ts';
import { openStore } from '../main/store/openStore.ts';
import type { Store } from '../main/store/store.ts';
import { addSamples, labelValues, seriesUid, sha } from '../tests/store/support/samples.ts';
import { type Bench, type BenchResult, type Figure, rounds } from './bench.ts';
import { inTemporaryFolder } from './commandLine.ts';
import { summarise } from './numbers.ts';

const instances = 100_000;
const perPatient = 40;
const perSeries = 20;

type Query = readonly [name: string, run: (store: Store) => unknown];

const queries: readonly Query[] = [
  ['one row of it', (store) => store.worklistRow(seriesUid(1200))],
  ['one series with its images', (store) => store.catalogue.instancesOfSeries(seriesUid(1200))],
  ['the totals', (store) => store.catalogue.totals()],
  ['one image', (store) => store.catalogue.instanceBySop('1.2.3.1200.1.7')],
  ['what image a file is', (store) => store.catalogue.imagesByContent(sha('1.2.3.1200.1.7'))],
  [
    '16 files looked up by their address',
    (store) => store.catalogue.knownFiles(Array.from({ length: 16 }, (_, i) => `/data/p1200/s1/${i + 1}.dcm`)),
  ],
  ['all series with images', (store) => store.catalogue.imageSeries()],
];

/** Work in slices: told are its whole time, and the longest time that everything else had to wait. */
const sliced: readonly Query[] = [
  ['the whole worklist', (store) => worklistRows({ store }, {})],
  ['survey of all images for de-identification', (store) => surveyWorkspace({ store }, undefined)],
  ['all images of a dataset, every series labelled', (store) => selectionInput(store, { target: 'Side' })],
];

/** Selecting and splitting the cases of a preview, once its images are read. */
async function previewOf(store: Store): Promise<Query> {
  const input = await selectionInput(store, { target: 'Side' });
  const steps = () => previewDatasetInSteps(input, DatasetRecipe.parse({ target: 'Side' }));
  return ['selecting and splitting the cases of a dataset preview', () => new Slices().finish(steps())];
}

function labelSeries(store: Store): void {
  store.truth.createReader('Ann');
  store.truth.saveDefinition({ name: 'Side', scope: 'series', values: labelValues('no', 'yes'), isRetired: false });
  const importId = store.truth.beginLabelImport('labels.csv');
  const all = store.catalogue.imageSeries();
  for (const { seriesInstanceUid } of all) store.catalogue.setStacks(seriesInstanceUid, [], []);
  const saves = all.map(({ studyInstanceUid, seriesInstanceUid }, i) => ({
    ...{ row: i + 2, readerName: 'Ann', definitionName: 'Side', value: i % 3 ? 'yes' : 'no' },
    target: { studyInstanceUid, seriesInstanceUid } as LabelTarget,
  }));
  for (let i = 0; i < saves.length; i += 200) store.truth.applyLabelImport(saves.slice(i, i + 200), importId);
}

const measure = (quantity: string, times: readonly number[]): Figure => ({
  quantity,
  unit: 'ms',
  own: summarise(times),
});

function timed(run: () => unknown): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

async function measureSliced([quantity, run]: Query, store: Store): Promise<Figure[]> {
  const [whole, longest]: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds(5); i++) {
    let [last, gap, isOver] = [performance.now(), 0, false];
    const tick = (): void => {
      gap = Math.max(gap, performance.now() - last);
      last = performance.now();
      if (!isOver) setImmediate(tick);
    };
    setImmediate(tick);
    const started = performance.now();
    await run(store);
    whole.push(performance.now() - started);
    await nextTurn();
    isOver = true;
    longest.push(gap);
  }
  return [measure(quantity, whole), measure(`${quantity}: longest wait of anything else`, longest)];
}

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
      labelSeries(store);
      const figures = queries.map(([quantity, run]) => {
        run(store);
        return measure(
          quantity,
          Array.from({ length: rounds(9) }, () => timed(() => run(store))),
        );
      });
      for (const query of sliced) figures.push(...(await measureSliced(query, store)));
      figures.push(...(await measureSliced(await previewOf(store), store)));
      store.close();
      return {
        conditions: `${instances} images, ${instances / perSeries} series with a label each, ${instances / perPatient} patients, in SQLite on the disk`,
        figures: [...figures, { quantity: 'rows added', unit: 'rows/s', own: summarise([instances / addedSeconds]) }],
      };
    }),
};
