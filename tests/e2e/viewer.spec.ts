import { expect, type Page, test } from '@playwright/test';
import { ImportPages } from './pages/importPages.ts';
import { ReadPage } from './pages/readPage.ts';
import { StartPage } from './pages/startPage.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { hasRealData, noRealData, realData } from './support/realData.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();
const read = (): ReadPage => new ReadPage(bench.page);
const worklist = (): WorklistPage => new WorklistPage(bench.page);

test('a practice CT opens on its middle image with texts and orientation from the header', async () => {
  await new StartPage(bench.page).makePracticeSet(4, ['CT chest', 'Radiograph-like']);
  await worklist().read(worklist().seriesWith('CT').first());
  await read().isShown();
  const { viewport, slice } = { viewport: read().viewport(), slice: read().slice() };
  await expect(slice).toHaveText(/^\d+ \/ 12$/);
  await expect(viewport.locator('.corner-top-left')).toContainText('GGP-');
  await expect(viewport.getByTestId('window')).toHaveText(/^W \d+\s+L -?\d+$/);
  await expect(viewport.getByTestId('scale-bar')).toHaveText(/mm$/);
  for (const [edge, letter] of [
    ['left', 'R'],
    ['right', 'L'],
    ['top', 'A'],
    ['bottom', 'P'],
  ] as const)
    await expect(viewport.getByTestId(`edge-${edge}`)).toHaveText(letter);
  expect((await read().pixels()).brightness).toBeGreaterThan(10);
});

test('wheel, arrows and page keys scroll; the ends hold', async () => {
  const page = bench.page;
  const start = await read().sliceNumber();
  const before = await read().pixels();
  await read().viewport().hover();
  await page.mouse.wheel(0, 120);
  await expect(read().slice()).toHaveText(`${start + 1} / 12`);
  expect((await read().pixels()).fingerprint).not.toBe(before.fingerprint);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(read().slice()).toHaveText(`${start - 1} / 12`);
  await page.keyboard.press('PageUp');
  await expect(read().slice()).toHaveText('1 / 12');
  await page.keyboard.press('ArrowUp');
  await expect(read().slice()).toHaveText('1 / 12');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageDown');
  await expect(read().slice()).toHaveText('12 / 12');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(read().slice()).toHaveText('5 / 12');
});

test('window presets, dragging the window, invert, zoom, pan and reset change the picture and come back', async () => {
  const page = bench.page;
  const window = read().viewport().getByTestId('window');
  const fresh = await read().pixels();
  await page.keyboard.press('Shift+Digit2');
  await expect(window).toHaveText(/W 1500\s+L -600/);
  const lung = await read().pixels();
  await read().tools.getByRole('combobox', { name: 'Window preset' }).selectOption({ label: 'Bone (Shift 3)' });
  await expect(window).toHaveText(/W 1800\s+L 400/);
  expect((await read().pixels()).brightness).toBeLessThan(lung.brightness);
  await read().tool('Window').click();
  await read().drag([
    [0.4, 0.5],
    [0.5, 0.55],
  ]);
  await expect(window).not.toHaveText(/W 1800\s+L 400/);

  await page.keyboard.press('Home');
  expect((await read().pixels()).fingerprint).toBe(fresh.fingerprint);
  await page.keyboard.press('KeyI');
  await expect(read().tool('Invert grey')).toHaveAttribute('aria-pressed', 'true');
  const inverted = await read().pixels();
  expect(inverted.fingerprint).not.toBe(fresh.fingerprint);
  await page.keyboard.press('KeyI');
  expect((await read().pixels()).fingerprint).toBe(fresh.fingerprint);

  await read().tool('Zoom').click();
  await read().drag([
    [0.5, 0.6],
    [0.5, 0.4],
  ]);
  await expect(read().viewport()).toContainText(/Zoom (1[1-9]\d|[2-9]\d\d) %/);
  const zoomed = await read().pixels();
  await read().tool('Pan').click();
  await read().drag([
    [0.5, 0.5],
    [0.6, 0.6],
  ]);
  expect((await read().pixels()).fingerprint).not.toBe(zoomed.fingerprint);
  await page.keyboard.press('Home');
  expect((await read().pixels()).fingerprint).toBe(fresh.fingerprint);
});

test('cine plays through the stack and stops', async () => {
  const start = await read().sliceNumber();
  await bench.page.keyboard.press('Space');
  await expect(read().slice()).not.toHaveText(`${start} / 12`);
  await expect(read().tool('Cine')).toHaveAttribute('aria-pressed', 'true');
  await bench.page.keyboard.press('Space');
  await expect(read().tool('Cine')).toHaveAttribute('aria-pressed', 'false');
});

test('layouts of one, two and four viewports; another series in the second', async () => {
  await read().tool('Two viewports').click();
  await expect(read().viewport(2)).toBeVisible();
  await read().viewport(2).click();
  await read().strip.getByRole('button').first().click();
  await read().isShown(2);
  await read().tool('Four viewports').click();
  await expect(read().viewport(4)).toBeVisible();
  await read().isShown(1);
  await read().isShown(2);
  const box = await read().viewport(1).boundingBox();
  await read().tool('One viewport').click();
  await expect(read().viewport(2)).toHaveCount(0);
  await expect
    .poll(async () => (await read().viewport(1).boundingBox())?.width)
    .toBeGreaterThan((box?.width ?? 0) * 1.8);
});

test('a MONOCHROME1 film shows its lowest values white, as the header asks', async () => {
  test.skip(!hasRealData('dicom-zoo'), noRealData);
  const film = realData('dicom-zoo/ImagingDataCommons+highdicom/test_files/dx_image.dcm');
  await bench.core['imports.start']({ paths: [film] });
  await bench.frame.goTo('Worklist');
  await worklist().read(worklist().seriesWith('DX').first());
  await read().isShown();
  const row = (await bench.core['worklist.list']({ includeRemoved: false })).rows.find(
    ({ modality }) => modality === 'DX',
  );
  const detail = await bench.core['series.get']({ seriesInstanceUid: row?.seriesInstanceUid ?? '' });
  const [first] = detail.stacks[0]?.frames ?? [];
  const stored = await bench.core['frames.get']({ sopInstanceUid: first?.sopInstanceUid ?? '', frameNumber: 1 });
  expect(stored.invert).toBe(true);
  expect(await orderAgreement(stored)).toBeLessThan(-0.9);
});

interface FrameWatch {
  arrived: number;
  arrivedBeforeFirstImage: number | undefined;
}

const frameWatch = (page: Page): Promise<FrameWatch> =>
  page.evaluate(() => (globalThis as unknown as { frameWatch: FrameWatch }).frameWatch);

/** From the next load on, counts the large answers (512 x 512 pixels of 16 bit) and notes how many came before the first painted image. */
async function watchFrames(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watch: FrameWatch = { arrived: 0, arrivedBeforeFirstImage: undefined };
    Object.assign(globalThis, { frameWatch: watch });
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', ({ data }) => {
          if (data instanceof ArrayBuffer && data.byteLength >= 512 * 512 * 2) watch.arrived += 1;
        });
      }
    };
    new MutationObserver(() => {
      if (document.querySelector('.viewport[data-frame]')) watch.arrivedBeforeFirstImage ??= watch.arrived;
    }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-frame'] });
  });
}

/** Correlation of stored values with painted brightness over the places where the film lies in the viewport. */
async function orderAgreement(stored: { rows: number; columns: number; pixels: ArrayLike<number> }): Promise<number> {
  const { width, height, grid } = await read().pixels();
  const scale = Math.min(width / stored.columns, height / stored.rows);
  const count = Math.sqrt(grid.length);
  const pairs = grid.flatMap((brightness, i) => {
    const x = (((i % count) + 0.5) / count) * width;
    const y = ((Math.floor(i / count) + 0.5) / count) * height;
    const column = Math.floor((x - width / 2) / scale + stored.columns / 2);
    const row = Math.floor((y - height / 2) / scale + stored.rows / 2);
    const isInside = column >= 0 && row >= 0 && column < stored.columns && row < stored.rows;
    const value = stored.pixels[row * stored.columns + column];
    return isInside && value !== undefined ? [[value, brightness] as const] : [];
  });
  expect(pairs.length).toBeGreaterThan(100);
  return correlation(pairs);
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length;
  const [mx, my] = [mean(0), mean(1)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xy += (x - mx) * (y - my);
    xx += (x - mx) ** 2;
    yy += (y - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

test.describe('real series', () => {
  test.skip(!hasRealData('series'), noRealData);

  test('a tilted CT head opens, shows its first image while the rest loads, and scrolls', async () => {
    const imports = new ImportPages(bench.page);
    await bench.frame.goTo('Worklist'); // over images there is no card
    await imports.importFolder(realData('series'));
    await watchFrames(bench.page);
    await bench.page.reload();
    await bench.frame.goTo('Worklist');
    await worklist().read(worklist().seriesWith(/28 images/));
    await read().isShown();
    await expect.poll(() => frameWatch(bench.page), { timeout: 30_000 }).toMatchObject({ arrived: 28 });
    expect((await frameWatch(bench.page)).arrivedBeforeFirstImage).toBeLessThan(10);
    await expect(read().slice()).toHaveText(/\/ 28$/);
    await expect(read().viewport().getByTestId('window')).toHaveText(/^W \d/);
    expect((await read().pixels()).brightness).toBeGreaterThan(5);
    await bench.page.keyboard.press('Shift+Digit4');
    await expect(read().viewport().getByTestId('window')).toHaveText(/W 80\s+L 40/);
    await bench.page.keyboard.press('ArrowDown');
    await expect(read().slice()).toHaveText('15 / 28');
  });

  test('a 4D MR series opens with every position and time', async () => {
    await bench.frame.goTo('Worklist');
    await worklist().read(worklist().seriesWith(/150 images/));
    await read().isShown();
    await expect(read().slice()).toHaveText(/\/ 150$/);
    await bench.page.keyboard.press('PageDown');
    await read().isShown();
    expect((await read().pixels()).brightness).toBeGreaterThan(3);
  });

  for (const [name, images] of [
    ['a tilted CT head', /28 images/],
    ['a 4D MR series', /150 images/],
  ] as const)
    test(`${name} is labelled, and shows its label after a reload`, async () => {
      const { page, frame, core } = bench;
      await frame.readAs('CD');
      await frame.goTo('Worklist');
      await worklist().read(worklist().seriesWith(images));
      await read().isShown();
      await page.keyboard.press('ArrowDown');
      await read().isShown();
      const place = await read().slice().textContent();
      // The class of the practice set is for CT only.
      await read().tab('Lesions').click();
      const missing = bench.page.getByRole('button', { name: 'Make a class “lesion”' });
      const classes = bench.page.getByRole('group', { name: /^Next lesion/ });
      await expect(missing.or(classes.first())).toBeVisible();
      if (await missing.isVisible()) await missing.click();
      await expect(classes.first()).toBeVisible();
      await read().draw('Ellipse', [
        [0.42, 0.42],
        [0.52, 0.55],
      ]);
      const drawn = await read().markBoxes();
      const { seriesInstanceUid } = read();
      const { labels } = await core['labels.list']({ seriesInstanceUid });
      expect(labels).toMatchObject([{ readerName: 'CD', geometry: { type: 'ellipse' } }]);
      await page.reload();
      await read().isShown();
      await read().tab('Lesions').click();
      await read().lesions.getByRole('button').first().click();
      await read().isShown();
      await expect(read().slice()).toHaveText(place ?? '');
      expect(await read().markBoxes()).toEqual(drawn);
    });
});
