import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CDPSession, chromium, type Page } from '@playwright/test';
import { dicomFile, type Element } from '../main/imaging/phantom/dicomFile.ts';
import { chromiumArguments, ensureChromium } from '../tests/e2e/support/chromium.ts';
import { startGroundglass } from '../tests/e2e/support/startGroundglass.ts';
import { type Bench, type BenchResult, type Figure, rounds } from './bench.ts';
import { inTemporaryFolder, succeed } from './commandLine.ts';
import { summarise } from './numbers.ts';
import { type Measured, mainThreadMs, percentile, settle, watchPainting } from './viewerPage.ts';

const scrollShape = { columns: 512, rows: 512, slices: 100 } as const;
const volumeShape = { columns: 256, rows: 256, slices: 200 } as const;
const slabMm = 10;
const limits = { scroll: 16, drag: 33 } as const;

const uid = (series: number, n = 0): string => `2.25.77001.${series}.${n}`;

/** Noise around a few spheres, so that nothing about the pixels is easy. */
function writeSeries(
  folder: string,
  series: number,
  modality: 'CT' | 'MR',
  shape: typeof scrollShape | typeof volumeShape,
): void {
  mkdirSync(folder, { recursive: true });
  const { columns, rows, slices } = shape;
  const pixels = new Uint16Array(columns * rows);
  let random = 12_345;
  for (let slice = 0; slice < slices; slice++) {
    for (let i = 0; i < pixels.length; i++) {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0;
      const [x, y, z] = [(i % columns) / columns - 0.5, Math.floor(i / columns) / rows - 0.5, slice / slices - 0.5];
      const inside = Math.hypot(x, y, z) < 0.42 ? 900 : 100;
      pixels[i] = inside + (Math.hypot(x - 0.1, y, z) < 0.1 ? 300 : 0) + ((random >>> 24) & 0x7f);
    }
    const dataSet: Element[] = [
      [0x00080016, 'UI', modality === 'CT' ? '1.2.840.10008.5.1.4.1.1.2' : '1.2.840.10008.5.1.4.1.1.4'],
      [0x00080018, 'UI', uid(series, slice + 1)],
      [0x00080060, 'CS', modality],
      [0x00100010, 'PN', 'Bench^Viewer'],
      [0x00100020, 'LO', 'BENCH'],
      [0x0020000d, 'UI', '2.25.77000'],
      [0x0020000e, 'UI', uid(series)],
      [0x00200011, 'IS', String(series)],
      [0x00200013, 'IS', String(slice + 1)],
      [0x00200032, 'DS', ['0', '0', String(slice)]],
      [0x00200037, 'DS', ['1', '0', '0', '0', '1', '0']],
      [0x00200052, 'UI', '2.25.77002'],
      [0x00280002, 'US', [1]],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', [rows]],
      [0x00280011, 'US', [columns]],
      [0x00280030, 'DS', ['1', '1']],
      [0x00280100, 'US', [16]],
      [0x00280101, 'US', [16]],
      [0x00280102, 'US', [15]],
      [0x00280103, 'US', [0]],
      [0x00281050, 'DS', '700'],
      [0x00281051, 'DS', '1400'],
      [0x00281052, 'DS', '0'],
      [0x00281053, 'DS', '1'],
      [0x7fe00010, 'OW', pixels],
    ];
    writeFileSync(path.join(folder, `${slice}.dcm`), dicomFile(dataSet));
  }
}

async function openSeries(page: Page, origin: string, series: number): Promise<void> {
  await page.goto(`${origin}#/read/${uid(series)}`);
  await page.locator('.viewport[data-frame]').first().waitFor();
}

const middleOf = async (page: Page, name: string | RegExp): Promise<readonly [number, number, number, number]> => {
  const box = await page.getByRole('region', { name }).boundingBox();
  if (!box) throw new Error('the viewport is not on the page');
  return [box.x + box.width / 2, box.y + box.height / 2, box.width, box.height];
};

/** One notch of the wheel after the other, each when the one before has been painted. */
async function scroll(page: Page, session: CDPSession, steps: number): Promise<Step[]> {
  const at = Number(await page.locator('.viewport').first().getAttribute('data-frame'));
  const last = scrollShape.slices - 1;
  const [x, y] = await middleOf(page, /^Viewport 1/);
  await page.mouse.move(x, y);
  const all: Step[] = [];
  for (let i = 0; i < steps; i++) {
    const isBack = Math.floor((at - 1 + i) / last) % 2 === 1;
    const before = await mainThreadMs(session);
    const painted = settle(page, 'wheel', 1);
    await page.mouse.wheel(0, isBack ? -100 : 100);
    const measured = await painted;
    if (measured) all.push({ ...measured, busy: (await mainThreadMs(session)) - before });
  }
  return all;
}

/** With the processor time that the main thread took for it: handlers, React, style, layout, drawing. */
type Step = Measured & { readonly busy: number };

/** There and back again between -reach and reach, by `step`. */
const zigzag = (i: number, step: number, reach: number): number => {
  const way = (i * step) % (4 * reach);
  return way < 2 * reach ? way - reach : 3 * reach - way;
};

/** The crosshair dragged through the axial plane: both other planes are cut anew at each step. */
async function drag(page: Page, session: CDPSession, steps: number): Promise<Step[]> {
  const [x, y, width] = await middleOf(page, /^Viewport \d: axial/);
  const reach = width / 7;
  await page.mouse.move(x, y);
  await page.mouse.down();
  const all: Step[] = [];
  for (let i = 1; i <= steps; i++) {
    const before = await mainThreadMs(session);
    const painted = settle(page, 'pointermove', 2);
    await page.mouse.move(x + zigzag(i, 9, reach), y + zigzag(i, 7, reach * 0.9));
    const measured = await painted;
    // Where the way turns, a plane may stay where it was.
    if (measured) all.push({ ...measured, busy: (await mainThreadMs(session)) - before });
  }
  await page.mouse.up();
  return all;
}

function figures(what: string, measured: readonly Step[], limit: number): Figure[] {
  const figure = (quantity: string, values: readonly number[]): Figure => ({
    quantity: `${what}: ${quantity}; p95 ${percentile(values, 0.95).toFixed(1)}, p99 ${percentile(values, 0.99).toFixed(1)}`,
    unit: 'ms',
    own: summarise(values),
  });
  return [
    figure(
      `from the event's handler to the image painted (wanted: p95 at most ${limit})`,
      measured.map(({ fromHandler }) => fromHandler),
    ),
    figure(
      'until the frame with it has left the main thread',
      measured.map(({ toFrame }) => toFrame),
    ),
    figure(
      'from the time stamp of the event, waiting for the next frame included',
      measured.map(({ fromStamp }) => fromStamp),
    ),
    figure(
      `processor time of the main thread (wanted: p95 at most ${limit})`,
      measured.map(({ busy }) => busy),
    ),
  ];
}

export const viewer: Bench = {
  name: 'viewer',
  title: 'From an input event to the image on screen',
  run: (tell): Promise<BenchResult> =>
    inTemporaryFolder(async (root) => {
      const [images, workspace] = [path.join(root, 'images'), path.join(root, 'workspace')];
      writeSeries(path.join(images, 'scroll'), 1, 'CT', scrollShape);
      writeSeries(path.join(images, 'volume'), 2, 'MR', volumeShape);
      await succeed(['import', images], { workspace });
      const program = await startGroundglass(workspace);
      const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumArguments() });
      try {
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
        await page.addInitScript(watchPainting);
        const session = await page.context().newCDPSession(page);
        await session.send('Performance.enable', { timeDomain: 'threadTicks' });
        await page.goto(program.url);
        const origin = new URL(page.url()).origin;
        await openSeries(page, origin, 1);
        await page.keyboard.press('PageUp');
        for (let i = 0; i < 10; i++) await page.keyboard.press('PageUp');
        await page.waitForTimeout(4_000); // the frames of the series come into memory
        await scroll(page, session, 2 * scrollShape.slices); // code is compiled, everything is cached
        const scrolled = await scroll(page, session, rounds(400));
        tell(
          `scroll: p95 ${percentile(
            scrolled.map((m) => m.fromHandler),
            0.95,
          ).toFixed(1)} ms`,
        );
        await openSeries(page, origin, 2);
        await page.keyboard.press('Control+Alt+Digit3');
        await page.getByTestId('crosshair-axial').waitFor({ timeout: 60_000 });
        await page.getByLabel('Slab thickness').fill(String(slabMm));
        await page.waitForTimeout(1_000);
        await drag(page, session, 60);
        const dragged = await drag(page, session, rounds(300));
        tell(
          `drag: p95 ${percentile(
            dragged.map((m) => m.fromHandler),
            0.95,
          ).toFixed(1)} ms`,
        );
        return {
          conditions: `browser host on loopback, Chromium ${browser.version()} without a window and without a graphics card, page 1440 x 900, one input at a time`,
          figures: [
            ...figures(`scroll through ${scrollShape.slices} cached images of 512 x 512`, scrolled, limits.scroll),
            ...figures('drag of the crosshair, two planes of 256 x 256 x 200 with a 10 mm slab', dragged, limits.drag),
          ],
          notes: [
            'While dragging, every second to fourth pixel is computed, in a worker; its time is in all figures but the last. The last figure is taken by a clock of the thread itself, style, layout and the measuring included: waiting for a processor does not count in it.',
          ],
        };
      } finally {
        await browser.close();
        await program.stop();
      }
    }),
};
