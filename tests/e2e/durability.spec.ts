import { expect, test } from '@playwright/test';
import { ReadPage } from './pages/readPage.ts';
import { StartPage } from './pages/startPage.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();
const rounds = 3;

test('kill -9 right after the saved mark: the label is there on restart', async () => {
  const read = new ReadPage(bench.page);
  const worklist = new WorklistPage(bench.page);
  await new StartPage(bench.page).makePracticeSet(4);
  await bench.frame.readAs('AB');
  for (let round = 0; round < rounds; round += 1) {
    await bench.frame.goTo('Worklist');
    await worklist.read(worklist.series.nth(round));
    await read.isShown();
    const { seriesInstanceUid } = read;
    await read.tab('Questions').click();
    await read.answerByKey('nodule-series', '2');
    await bench.crashAndRestart();
    const { labels } = await bench.core['labels.list']({ seriesInstanceUid });
    expect(labels.map(({ value, readerName }) => [value, readerName])).toEqual([['spiculated', 'AB']]);
  }
  await bench.frame.goTo('Worklist');
  await expect(worklist.seriesWith('spiculated')).toHaveCount(rounds);
});

test('kill -9 right after a drawn lesion is confirmed: the lesion is there where it was drawn', async () => {
  const read = new ReadPage(bench.page);
  const worklist = new WorklistPage(bench.page);
  await worklist.read(worklist.series.first());
  await read.isShown();
  const address = bench.page.url().split('#')[1] ?? '';
  await read.draw('Ellipse', [
    [0.42, 0.4],
    [0.5, 0.5],
  ]);
  const drawn = [...(await read.markBoxes()).values()];
  await bench.crashAndRestart();
  await bench.page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  await read.isShown();
  await expect(read.marks()).toHaveCount(1);
  const found = [...(await read.markBoxes()).values()];
  expect(found.flat().map(Math.round)).toEqual(drawn.flat().map(Math.round));
});

test('the page says when the program is gone and what is safe; the new address goes on', async () => {
  const { page } = bench;
  await bench.program.kill();
  await expect(page.getByRole('alert').filter({ hasText: 'What was marked as saved is safe' })).toBeVisible();
  await bench.start();
  await bench.open(page);
  await expect(new WorklistPage(page).table.or(new ReadPage(page).viewport())).toBeVisible();
});
