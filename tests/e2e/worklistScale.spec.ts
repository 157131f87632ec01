import { expect, type Page, test } from '@playwright/test';
import { openStore } from '../../main/store/openStore.ts';
import { addSamples } from '../store/support/samples.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { temporaryWorkspace } from './support/startGroundglass.ts';
import { Workbench } from './support/workbench.ts';

/** GROUNDGLASS_INSTANCES: fewer for a quick look. */
const instances = Number(process.env.GROUNDGLASS_INSTANCES ?? 100_000);
const perPatient = 40;
const perSeries = 20;

const workspace = temporaryWorkspace();
const bench = new Workbench(workspace);
const worklist = (): WorklistPage => new WorklistPage(bench.page);

test.describe.configure({ mode: 'serial' });
// Recording what the page shows would be most of what is measured.
test.use({ trace: 'off' });
test.beforeAll(async ({ browser }) => {
  test.setTimeout(300_000);
  const store = openStore(bench.folder, { kind: 'test' });
  const samples = Array.from({ length: instances }, (_, i) => ({
    patient: 1 + Math.floor(i / perPatient),
    series: 1 + Math.floor((i % perPatient) / perSeries),
    image: 1 + (i % perSeries),
  }));
  addSamples(store, samples);
  store.close();
  await bench.start();
  await bench.open(await browser.newPage());
});
test.afterAll(async () => {
  await bench.close();
  workspace.remove();
});

test('a worklist of 100,000 images shows few lines, scrolls smoothly, and finds by a word', async () => {
  const began = Date.now();
  await bench.page.goto(`${new URL(bench.page.url()).origin}/#/worklist`);
  await expect(worklist().counts).toHaveText(
    new RegExp(
      `${(instances / perPatient).toLocaleString('en')} patients, ${(instances / perSeries).toLocaleString('en')} series`,
    ),
    { timeout: 30_000 },
  );
  const shownMs = Date.now() - began;
  expect(await worklist().table.locator('tr').count()).toBeLessThan(80);
  const cpu = await mainThread(bench.page);
  const scroll = await scrollFrames(bench.page);
  const scrollCpuMs = (await cpu.sinceLast()) / scroll.frames;
  const atEnd = worklist().table.locator('tr').last();
  await bench.page.evaluate(() => {
    const list = document.querySelector('.worklist-table');
    if (list) list.scrollTop = list.scrollHeight;
  });
  await expect(atEnd).toContainText('image');
  expect(await worklist().table.locator('tr').count()).toBeLessThan(80);
  await cpu.sinceLast();
  const searchMs = await timeToFind(bench.page, `P${instances / perPatient}`);
  const searchCpuMs = await cpu.sinceLast();
  const keyMs = await timeOfKey(bench.page);
  if (process.env.GROUNDGLASS_PICTURES) await bench.page.screenshot({ path: test.info().outputPath('worklist.png') });
  // Times are printed only: what a machine needs is measured by `npm run bench worklist`.
  console.log(JSON.stringify({ instances, shownMs, ...scroll, scrollCpuMs, searchMs, searchCpuMs, keyMs }));
});

/** Processor time of the page's main thread, whatever else runs on the machine. */
async function mainThread(page: Page): Promise<{ readonly sinceLast: () => Promise<number> }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  let before = 0;
  const sinceLast = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    const now = (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
    const passed = now - before;
    before = now;
    return Math.round(passed * 10) / 10;
  };
  await sinceLast();
  return { sinceLast };
}

/** Wheels through the list for two seconds: times between the frames that the browser painted. */
async function scrollFrames(
  page: Page,
): Promise<{ readonly frames: number; readonly p50Ms: number; readonly p95Ms: number }> {
  return page.evaluate(async () => {
    const list = document.querySelector('.worklist-table');
    if (!list) throw new Error('no list');
    const gaps: number[] = [];
    let last = performance.now();
    const end = last + 2_000;
    while (last < end) {
      list.scrollTop += 240;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      gaps.push(now - last);
      last = now;
    }
    gaps.sort((a, b) => a - b);
    const at = (share: number) => Math.round((gaps[Math.floor(gaps.length * share)] ?? 0) * 10) / 10;
    return { frames: gaps.length, p50Ms: at(0.5), p95Ms: at(0.95) };
  });
}

async function timeToFind(page: Page, words: string): Promise<number> {
  const began = Date.now();
  await page.getByRole('searchbox', { name: 'Search the worklist' }).fill(words);
  await expect(worklist().counts).toHaveText(/^1 patient, 2 series/);
  return Date.now() - began;
}

/** From an arrow key to the next row's being chosen, of the whole list again. */
async function timeOfKey(page: Page): Promise<number> {
  const search = page.getByRole('searchbox', { name: 'Search the worklist' });
  await search.fill('');
  await search.blur();
  await expect(worklist().counts).not.toHaveText(/^1 patient/);
  const selected = worklist().table.locator('tr[aria-selected="true"]');
  await worklist().table.getByText('2 series').first().scrollIntoViewIfNeeded();
  await worklist().series.first().click();
  const before = (await selected.getAttribute('aria-rowindex')) ?? '';
  const began = Date.now();
  await page.keyboard.press('ArrowDown');
  await expect(selected).not.toHaveAttribute('aria-rowindex', before);
  return Date.now() - began;
}
