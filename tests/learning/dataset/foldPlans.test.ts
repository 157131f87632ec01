import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { openSnapshot, snapshotDetail, snapshotSummary } from '../../../main/learning/dataset/openSnapshot.ts';
import { previewDataset } from '../../../main/learning/dataset/previewDataset.ts';
import { siteColumns } from '../../../main/learning/dataset/siteColumns.ts';
import { discSnapshot, newFolder } from '../training/smallRun.ts';
import { image, input, label, recipe, twoClasses } from './syntheticSelection.ts';

const root = newFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('plain folds keep their snapshot; repeated and nested ones are others', async () => {
  const plain = await discSnapshot(root, 24, { partition: { kind: 'folds', folds: 3 } });
  const once = await discSnapshot(root, 24, { partition: { kind: 'folds', folds: 3, repeats: 1 } });
  expect(once).toBe(plain);
  const nested = openSnapshot(await discSnapshot(root, 24, { partition: { kind: 'folds', folds: 3, inner: 2 } }));
  expect(snapshotSummary(nested)).toMatchObject({ folds: 6, scheme: { kind: 'nested', folds: 3, inner: 2 } });
  expect(Object.keys(snapshotDetail(nested).counts)).toEqual(['fold-1', 'fold-2', 'fold-3']);
});

const sited = (missing = 0) => {
  const images = Array.from({ length: 30 }, (_, i) =>
    image(i + 1, i < missing ? {} : { sites: { site: ['North', 'South', 'West'][i % 3] ?? '', id: `${i}` } }),
  );
  return input(
    images,
    images.map((of, i) => label(of, i % 2 === 0 ? 'dark' : 'light')),
  );
};

it('a site is left out in turn; images that say nothing of it are left out and counted', () => {
  const preview = previewDataset(sited(2), recipe({ partition: { kind: 'leave-out', by: 'site' } }));
  expect(preview.scheme).toEqual({ kind: 'leave-out', by: 'site', names: ['North', 'South', 'West'] });
  expect(preview.excluded).toContainEqual(expect.objectContaining({ code: 'no-site', n: 2 }));
  expect(Object.keys(preview.counts)).toEqual(['fold-1', 'fold-2', 'fold-3']);
  expect(() => previewDataset(twoClasses(20), recipe({ partition: { kind: 'leave-out', by: 'site' } }))).toThrow(
    /has a value of "site"/,
  );
});

it('columns that can tell sites apart are offered, names of images are not', () => {
  expect(siteColumns(sited())).toEqual([{ name: 'site', values: 3, missing: 0 }]);
});

it('refuses folds that are both nested and repeated', () => {
  const both = recipe({ partition: { kind: 'folds', folds: 3, repeats: 2, inner: 2 } });
  expect(() => previewDataset(twoClasses(30), both)).toThrow(/either nested or repeated/);
});
