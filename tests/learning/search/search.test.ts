import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SearchRequest, type Trial } from '../../../main/contract/search.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { type LoadCaseFrame, writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import { trainWithHead } from '../../../main/learning/heads/trainHeads.ts';
import { drawSettings } from '../../../main/learning/search/drawSettings.ts';
import { fitsOf, rungsOf } from '../../../main/learning/search/rungs.ts';
import { bestTrial, runSearch } from '../../../main/learning/search/runSearch.ts';
import { problemOf, searchData, withoutTest } from '../../../main/learning/search/searchData.ts';
import { SearchFolder } from '../../../main/learning/search/searchFolder.ts';
import { searchTasks } from '../../../main/learning/search/searchTasks.ts';
import { RunControl } from '../../../main/learning/training/runControl.ts';
import { loadDisc, recipe, twoClasses } from '../dataset/syntheticSelection.ts';
import { discSnapshot, newFolder, runInput, smallConfig } from '../training/smallRun.ts';

let root: string;
let snapshot: string;
const request = SearchRequest.parse({
  ...{ kind: 'settings', snapshot: 'discs', architecture: 'small-cnn', trials: 9, epochs: 6, threads: 1 },
});
if (request.kind !== 'settings') throw new Error('not a search of settings');
beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 60);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const dataOf = (directory: string) => searchData({ snapshotDirectory: directory, request, onBatch: () => undefined });
const noHooks = { signal: new AbortController().signal, onTrial: () => undefined };
const plain = (trials: readonly Trial[]) => trials.map(({ seconds: _, ...rest }) => rest);

describe('rungs', () => {
  it('thin out by three and end with the whole budget, whatever the number of trials', () => {
    expect(rungsOf(40)).toEqual([
      { trials: 40, budget: 1 / 9 },
      { trials: 14, budget: 1 / 3 },
      { trials: 5, budget: 1 },
    ]);
    expect(rungsOf(2)).toEqual([{ trials: 2, budget: 1 }]);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), (trials) => {
        const rungs = rungsOf(trials);
        expect(rungs.at(-1)?.budget).toBe(1);
        expect(rungs[0]?.trials).toBe(trials);
        expect(fitsOf(trials)).toBeLessThan(1.6 * trials + 3);
      }),
    );
  });
});

it('settings are a function of seed and number, inside the space', () => {
  const { space } = request;
  for (let id = 1; id < 200; id++) {
    const settings = drawSettings(space, 1, id);
    expect(drawSettings(space, 1, id)).toEqual(settings);
    if (typeof settings.c === 'number') expect(settings.c).toBeGreaterThanOrEqual(0.99e-6);
    if (typeof settings.k === 'number') expect(Number.isInteger(settings.k)).toBe(true);
  }
  const heads = new Set(Array.from({ length: 100 }, (_, id) => drawSettings(space, 1, id).head));
  expect(heads.size).toBe(5);
});

describe('a search', () => {
  it('finds the same again, and goes on after a stop as if nothing had happened', async () => {
    const data = await dataOf(snapshot);
    const whole = await runSearch(data, request, noHooks);
    expect(whole.isComplete).toBe(true);
    expect(whole.trials).toHaveLength(fitsOf(9));
    const stop = new AbortController();
    const part = await runSearch(data, request, {
      signal: stop.signal,
      onTrial: (trial) => {
        if (trial.id === 4) stop.abort();
      },
    });
    expect(part).toMatchObject({ isComplete: false, trials: { length: 4 } });
    const fresh: Trial[] = [];
    const onTrial = (trial: Trial, isNew: boolean) => {
      if (isNew) fresh.push(trial);
    };
    const rest = await runSearch(data, request, { ...noHooks, onTrial }, part.trials);
    expect(fresh).toHaveLength(fitsOf(9) - 4);
    expect(plain(rest.trials)).toEqual(plain(whole.trials));
    const best = bestTrial(whole.trials);
    expect(best?.budget).toBe(1);
  });

  it('is blind to the test split: other test pictures and answers, the same trials', async () => {
    const testPatients = openSnapshot(snapshot).manifest.cases.flatMap((c, i) =>
      openSnapshot(snapshot).splits.kind === 'split' && partOf(i) === 'test' ? [c.patientId] : [],
    );
    function partOf(i: number) {
      const { splits } = openSnapshot(snapshot);
      return splits.kind === 'split' ? splits.parts[i] : undefined;
    }
    expect(testPatients.length).toBeGreaterThan(4);
    const isTest = (patientId: string) => testPatients.includes(patientId);
    const turned: LoadCaseFrame = async (c) => {
      const frame = await loadDisc(
        isTest(c.patientId) ? { ...c, className: c.className === 'light' ? 'dark' : 'light' } : c,
      );
      if (typeof frame === 'string' || !isTest(c.patientId)) return frame;
      return { ...frame, values: Float32Array.from(frame.values, (value) => 900 - value) };
    };
    const selection = selectCases(twoClasses(60), recipe());
    const where = { root: path.join(root, 'turned'), selection, recipe: recipe(), target: 'Finding' };
    mkdirSync(where.root);
    const { directory } = await writeSnapshot({ ...where, createdAt: '2026-01-01T00:00:00Z' }, turned);
    expect(directory).not.toBe(snapshot);
    const [one, other] = [await dataOf(snapshot), await dataOf(directory)];
    expect(other.train).toEqual(one.train);
    expect(other.val).toEqual(one.val);
    expect(plain((await runSearch(other, request, noHooks)).trials)).toEqual(
      plain((await runSearch(one, request, noHooks)).trials),
    );
  });

  it('cannot read a test picture, and refuses folds', async () => {
    const opened = openSnapshot(snapshot);
    const parts = opened.splits.kind === 'split' ? opened.splits.parts : [];
    const locked = withoutTest(opened);
    parts.forEach((part, i) => {
      if (part === 'test') expect(() => locked.levelsOf(i)).toThrow(/must not read a test case/);
      else expect(locked.levelsOf(i)).toEqual(opened.levelsOf(i));
    });
    const folds = openSnapshot(await discSnapshot(root, 30, { partition: { kind: 'folds', folds: 3 } }));
    expect(() => withoutTest(folds)).toThrow(/test patients/);
  });

  it('gives a small budget fewer patients, all classes, and the same patients to every trial', async () => {
    const data = await dataOf(snapshot);
    const small = problemOf(data, 1 / 9, true);
    expect(small.train.features.rows).toBeLessThan(data.train.features.rows / 4);
    expect(new Set(small.train.classes)).toEqual(new Set(data.train.classes));
    expect(problemOf(data, 1 / 9, true).train).toEqual(small.train);
    expect(problemOf(data, 1, true).train.features).toEqual(data.train.features);
  });
});

it('a dense trial foretells what the training reaches', async () => {
  const settings = { head: 'dense' as const, learningRate: 0.03, weightDecay: 1e-4 };
  const near = (value: number) => ({ low: value, high: value * 1.0001 });
  const only = SearchRequest.parse({
    ...request,
    ...{ trials: 2, epochs: 30, batchSize: 4 },
    space: {
      ...{ heads: ['dense'], classWeights: [true] },
      ...{ learningRate: near(settings.learningRate), weightDecay: near(settings.weightDecay) },
    },
  });
  if (only.kind !== 'settings') throw new Error('not a search of settings');
  const { trials } = await runSearch(await dataOf(snapshot), only, noHooks);
  const config = smallConfig({
    ...{ mode: 'features', backbone: 'random', learningRate: 0.03, epochs: 30, batchSize: 4, patience: 30 },
    ...{ batchNorm: { reestimated: true }, optimizer: { kind: 'adam', weightDecay: 1e-4 } },
  });
  const outcome = await trainWithHead(runInput(root, 'dense', snapshot, config), {
    control: new RunControl(),
    onProgress: () => undefined,
  });
  expect(Math.abs((trials[0]?.valLoss ?? 9) - (outcome.metrics?.valLoss ?? 0))).toBeLessThan(0.03);
});

it('the seeds of one configuration are trained one by one, and those that are done stay done', async () => {
  const folder = new SearchFolder(path.join(root, 'seeds'));
  const config = smallConfig({ mode: 'features', backbone: 'random', head: 'logistic' });
  const seeds = SearchRequest.parse({ kind: 'seeds', config, seeds: 3 });
  folder.create({
    ...{ format: 'groundglass-search', version: 1, request: seeds, snapshotId: 's', title: 't' },
    createdAt: '2026-01-01T00:00:00Z',
  });
  const input = { directory: folder.directory, snapshotDirectory: snapshot, codeVersion: 'test' };
  const context = (signal: AbortSignal) => ({ signal, progress: () => undefined });
  const stop = new AbortController();
  const first = await searchTasks.search(input, {
    signal: stop.signal,
    progress: ({ trial }: { trial?: Trial }) => {
      if (trial?.id === 2) stop.abort();
    },
  } as never);
  expect(first).toEqual({ isComplete: false });
  expect(folder.trials().map(({ settings }) => settings.seed)).toEqual([1, 2]);
  expect(await searchTasks.search(input, context(new AbortController().signal) as never)).toEqual({ isComplete: true });
  const losses = folder.trials().map(({ valLoss }) => valLoss);
  expect(losses).toHaveLength(3);
  expect(new Set(losses).size).toBe(3);
});
