import { expect, test } from '@playwright/test';
import type { Label } from '../../main/contract/labels.ts';
import { type DrawTool, type Place, ReadPage } from './pages/readPage.ts';
import { StartPage } from './pages/startPage.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();
const read = (): ReadPage => new ReadPage(bench.page);
const worklist = (): WorklistPage => new WorklistPage(bench.page);

const shapes: readonly (readonly [DrawTool, readonly Place[]])[] = [
  ['Ellipse', [[0.42, 0.3], [0.5, 0.4]]],
  ['Rectangle', [[0.55, 0.3], [0.62, 0.42]]],
  ['Freehand outline', [[0.42, 0.55], [0.47, 0.52], [0.5, 0.58], [0.46, 0.65], [0.42, 0.6]]],
  ['Length', [[0.55, 0.55], [0.62, 0.62]]],
  ['Bidirectional', [[0.54, 0.72], [0.62, 0.78]]],
]; // biome-ignore format: one shape a line

const savedLabels = async (): Promise<readonly Label[]> =>
  (await bench.core['labels.list']({ seriesInstanceUid: read().seriesInstanceUid })).labels;

test.beforeAll(async () => {
  await new StartPage(bench.page).makePracticeSet(4);
  await bench.frame.readAs('AB');
  await worklist().read(worklist().series.first());
  await read().isShown();
});

test('five kinds of marks are drawn with the mouse and saved at once', async () => {
  for (const [tool, places] of shapes) await read().draw(tool, places);
  const types = (await savedLabels()).map((label) => label.geometry?.type);
  expect([...types].sort()).toEqual(['bidirectional', 'ellipse', 'length', 'polygon', 'rectangle']);
  await expect(read().lesions.getByRole('listitem')).toHaveCount(5);
  await expect(read().lesions.getByRole('listitem').filter({ hasText: 'length' })).toContainText(/\d+(\.\d)? mm/);
});

test('zoom, reload and a restart of the program show them where they were drawn', async () => {
  const drawn = await read().markBoxes();
  await bench.page.reload();
  await read().isShown();
  await expect(read().marks()).toHaveCount(5);
  expectSamePlaces(await read().markBoxes(), drawn);
  const address = bench.page.url().split('#')[1] ?? '';
  await bench.restart();
  await bench.page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  await read().isShown();
  await expect(read().marks()).toHaveCount(5);
  expectSamePlaces(await read().markBoxes(), drawn);
});

test('a mark is moved, undone and done again: each step is a revision', async () => {
  const { page } = bench;
  await read().tab('Lesions').click();
  const ellipse = (await savedLabels()).find((label) => label.geometry?.type === 'ellipse');
  const id = ellipse?.id ?? '';
  const before = await read().markBoxes();
  await page.keyboard.press('Escape');
  await read().drag([[0.46, 0.3], [0.49, 0.33]]); // biome-ignore format: a drag from its upper edge
  await expect.poll(async () => history(id)).toHaveLength(2);
  const moved = await read().markBoxes();
  expect(moved.get(id)).not.toEqual(before.get(id));
  await page.keyboard.press('Control+z');
  await expect.poll(async () => history(id)).toHaveLength(3);
  await expect.poll(async () => (await read().markBoxes()).get(id)).toEqual(before.get(id));
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(async () => history(id)).toHaveLength(4);
  await expect.poll(async () => (await read().markBoxes()).get(id)).toEqual(moved.get(id));
  const revisions = await history(id);
  expect(revisions.map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
  expect(revisions[2]?.geometry).toEqual(revisions[0]?.geometry);
  expect(revisions[3]?.geometry).toEqual(revisions[1]?.geometry);
});

test('a removed mark leaves the image but not the history, and undo brings it back', async () => {
  const { page } = bench;
  const rectangle = (await savedLabels()).find((label) => label.geometry?.type === 'rectangle');
  await read().lesions.getByRole('listitem').filter({ hasText: 'rectangle' }).getByRole('button').first().click();
  await page.keyboard.press('Delete');
  await expect(read().marks()).toHaveCount(4);
  expect((await history(rectangle?.id ?? '')).at(-1)?.isRetracted).toBe(true);
  await page.keyboard.press('Control+z');
  await expect(read().marks()).toHaveCount(5);
  expect((await history(rectangle?.id ?? '')).map(({ isRetracted }) => isRetracted)).toEqual([false, true, false]);
});

test('questions are answered by number keys, revised, taken back', async () => {
  await bench.page.keyboard.press('Escape');
  await read().tab('Questions').click();
  await read().answerByKey('nodule-series', '1');
  const first = (await savedLabels()).find(({ scope }) => scope === 'series');
  await bench.page.keyboard.press('Digit2');
  await expect(read().question('nodule-series').getByRole('button', { pressed: true })).toContainText('spiculated');
  expect((await history(first?.id ?? '')).map(({ value }) => value)).toEqual(['smooth', 'spiculated']);
  await read().question('nodule-series').getByRole('button', { name: 'Take the answer back' }).click();
  await expect(read().question('nodule-series').getByText('saved', { exact: true })).toHaveCount(0);
});

test('a number key right after Enter answers the next case, never the one before', async () => {
  const before = { seriesInstanceUid: read().seriesInstanceUid };
  await bench.page.evaluate(async () => {
    for (const [key, code] of [
      ['Enter', 'Enter'],
      ['1', 'Digit1'],
    ] as const) {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }));
      // Two keys as close as a keyboard can bring them: only microtasks lie between.
      for (let i = 0; i < 20; i += 1) await Promise.resolve();
    }
  });
  await expect(read().question('nodule-series').getByText('saved', { exact: true })).toBeVisible();
  const after = { seriesInstanceUid: read().seriesInstanceUid };
  expect(after).not.toEqual(before);
  const answers = async (series: { seriesInstanceUid: string }): Promise<number> =>
    (await bench.core['labels.list'](series)).labels.filter(
      ({ scope, isRetracted }) => scope === 'series' && !isRetracted,
    ).length;
  expect([await answers(before), await answers(after)]).toEqual([0, 1]);
  await bench.page.keyboard.press('Shift+Enter');
  await expect.poll(() => read().seriesInstanceUid).toBe(before.seriesInstanceUid);
  await read().isShown();
});

test("a second reader sees the first one's marks dimmed, with the name, and cannot move them", async () => {
  await bench.frame.readAs('CD');
  await expect(read().viewport().locator('.mark.is-other')).toHaveCount(5);
  await expect(read().marks().first()).toContainText('(AB)');
  const others = await read()
    .viewport()
    .locator('.mark.is-other')
    .first()
    .evaluate((mark) => getComputedStyle(mark).opacity);
  expect(Number(others)).toBeLessThan(1);
  await read().draw('Rectangle', [[0.3, 0.3], [0.35, 0.36]]); // biome-ignore format: two corners
  await expect(read().viewport().locator('.mark:not(.is-other)')).toHaveCount(1);
  const before = await savedLabels();
  await bench.page.keyboard.press('Escape');
  await read().drag([[0.585, 0.42], [0.62, 0.5]]); // biome-ignore format: the first reader's rectangle
  expect(await savedLabels()).toEqual(before);
});

async function history(labelId: string): Promise<readonly Label[]> {
  return (await bench.core['labels.history']({ labelId })).revisions;
}

/** Within a pixel of the screen. */
function expectSamePlaces(
  found: ReadonlyMap<string, readonly number[]>,
  wanted: ReadonlyMap<string, readonly number[]>,
): void {
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [id, box] of wanted)
    box.forEach((value, i) => {
      expect(Math.abs((found.get(id)?.[i] ?? Number.NaN) - value), `mark ${id}`).toBeLessThan(1);
    });
}
