import { expect, test } from '@playwright/test';
import { ReadPage } from './pages/readPage.ts';
import { hasRealData, noRealData, realData } from './support/realData.ts';
import { shot } from './support/shot.ts';
import { openWorkbench } from './support/workbench.ts';

// The reference corpora, used where they lie (licences in their README).
test.skip(!hasRealData('series'), noRealData);
const bench = openWorkbench();
const read = (): ReadPage => new ReadPage(bench.page);

const zoo = (...parts: string[]): string => realData('dicom-zoo', ...parts);
const files = {
  enhancedCt: zoo('pydicom+pydicom-data/eCT_Supplemental.dcm'),
  enhancedMr: zoo('neurolabusc+dcm_qa_enh/In/Philips/IM_0027_fMAP.dcm'),
  palette: zoo('pydicom+pydicom/test_files/examples_palette.dcm'),
  film: zoo('fo-dicom+fo-dicom/FO-DICOM.Tests/Test Data/CR-MONO1-10-chest'),
  overlay: zoo('pydicom+pydicom-data/MR-SIEMENS-DICOM-WithOverlays.dcm'),
  voiTable: zoo('pydicom+pydicom-data/vlut_04.dcm'),
} as const;

/** Imports a file or folder and opens its first series with images. */
async function openFile(path: string): Promise<void> {
  const { rows: before } = await bench.core['worklist.list']({ includeRemoved: false });
  const { jobId } = await bench.core['imports.start']({ paths: [path] });
  await expect
    .poll(async () => (await bench.core['jobs.list']({})).jobs.find(({ id }) => id === jobId)?.status, {
      timeout: 60_000,
    })
    .toBe('done');
  const { rows } = await bench.core['worklist.list']({ includeRemoved: false });
  const known = new Set(before.map(({ seriesInstanceUid }) => seriesInstanceUid));
  const added = rows.find(({ seriesInstanceUid, hasImages }) => hasImages && !known.has(seriesInstanceUid));
  if (!added) throw new Error(`no new series with images in ${path}`);
  await bench.page.goto(`${bench.page.url().split('#')[0]}#/read/${added.seriesInstanceUid}`);
  await read().isShown();
}

test('a tilted CT head tells its tilt and its distances, and what follows', async () => {
  await openFile(realData('series/ct-head-ge-tilt'));
  await expect(read().slice()).toHaveText(/\/ 28$/);
  await read().tab('Image').click();
  const findings = bench.page.getByRole('region', { name: 'Data findings' });
  await expect(findings).toContainText('sheared by 18.5 degrees');
  await expect(findings).toContainText('distance between slices varies from 1.08 to 7.00 mm');
  await expect(findings).toContainText('other planes are resampled by the position of each slice');
  await read().viewport().hover();
  await expect(read().viewport().getByTestId('value')).toContainText('HU at');
  await shot(bench.page, 'tilted CT');
  await bench.page.keyboard.press('Control+Alt+Digit3');
  await expect(bench.page.getByTestId('crosshair-coronal')).toBeVisible({ timeout: 60_000 });
  await expect(bench.page.getByRole('region', { name: /coronal/ })).toContainText('slices 1.1 to 7.0 mm, resampled');
  await expect(bench.page.getByRole('region', { name: /coronal/ })).toContainText('shear-corrected 18.5');
  // Along the slices every acquired one is shown as it is.
  await expect(bench.page.getByRole('region', { name: /axial/ }).getByTestId('slice')).toHaveText(/\/ 28$/);
  await shot(bench.page, 'tilted CT planes');
});

test('a 4D MR series is scrolled as a whole, or one time after the other at the same place', async () => {
  await openFile(realData('series/mr-fmri-ge'));
  await expect(read().slice()).toHaveText(/\/ 150$/);
  const parts = read().strip.getByRole('combobox', { name: 'Time, echo or b-value' });
  await expect(parts.getByRole('option')).toHaveCount(11);
  await parts.selectOption({ label: 'time 3 of 10' });
  await read().isShown();
  await expect(read().slice()).toHaveText(/\/ 15$/);
  const place = await read().slice().textContent();
  await bench.page.locator('.viewport-surface').first().click();
  const before = await read().pixels();
  await bench.page.keyboard.press('Shift+ArrowRight');
  await expect(read().viewport().getByTestId('part')).toHaveText('time 4 of 10');
  await expect(read().slice()).toHaveText(place ?? '');
  await read().isShown();
  expect((await read().pixels()).fingerprint).not.toBe(before.fingerprint);
  await shot(bench.page, '4D MR');
});

for (const [name, file, frames] of [
  ['CT', files.enhancedCt, 2],
  ['MR', files.enhancedMr, 64],
] as const)
  test(`an enhanced multi-frame ${name} opens as a stack in space`, async () => {
    test.skip(!hasRealData('dicom-zoo'), noRealData);
    await openFile(file);
    const { seriesInstanceUid } = read();
    const { stacks } = await bench.core['series.get']({ seriesInstanceUid });
    expect(stacks.reduce((sum, stack) => sum + stack.frames.length, 0)).toBe(frames);
    await expect(read().viewport().locator('.corner-top-right')).toContainText(/-?\d+\.\d mm/);
    await expect(read().viewport().getByTestId('edge-left')).toHaveText(/^[RLAPHF]+$/);
    expect((await read().pixels()).brightness).toBeGreaterThan(3);
    await shot(bench.page, `enhanced ${name}`);
  });

test('a palette image is shown in its colours', async () => {
  test.skip(!hasRealData('dicom-zoo'), noRealData);
  await openFile(files.palette);
  await expect(read().viewport().getByTestId('window')).toHaveText('colour');
  expect((await read().pixels()).colourful).toBeGreaterThan(0.05);
  await shot(bench.page, 'palette');
});

test('a MONOCHROME1 film looks like a film', async () => {
  test.skip(!hasRealData('dicom-zoo'), noRealData);
  await openFile(files.film);
  const { seriesInstanceUid } = read();
  const { stacks } = await bench.core['series.get']({ seriesInstanceUid });
  const frame = stacks[0]?.frames[0];
  const stored = await bench.core['frames.get']({ sopInstanceUid: frame?.sopInstanceUid ?? '', frameNumber: 1 });
  expect(stored.invert).toBe(true);
  const shown = await read().pixels();
  await bench.page.locator('.viewport-surface').first().click();
  await bench.page.keyboard.press('KeyI');
  await expect(read().tool('Invert grey')).toHaveAttribute('aria-pressed', 'true');
  const inverted = await read().pixels();
  await bench.page.keyboard.press('KeyI');
  await shot(bench.page, 'MONOCHROME1 film');
  // The grid of the film's middle: what was bright is dark and the other way round.
  const middle = (grid: readonly number[]): number =>
    grid[Math.floor(grid.length / 2 + Math.sqrt(grid.length) / 2)] ?? 0;
  expect(middle(shown.grid) + middle(inverted.grid)).toBeGreaterThan(200);
});

test('overlays of a scanner are shown and hidden; several windows of a header can be chosen', async () => {
  test.skip(!hasRealData('dicom-zoo'), noRealData);
  await openFile(files.overlay);
  await expect(read().viewport().getByTestId('overlay')).toBeVisible();
  await shot(bench.page, 'scanner overlay');
  await bench.page.locator('.viewport-surface').first().click();
  await bench.page.keyboard.press('Shift+KeyO');
  await expect(read().viewport().getByTestId('overlay')).toHaveCount(0);
  const windows = read().tools.getByRole('combobox', { name: 'Window preset' });
  expect(await windows.getByRole('option').count()).toBeGreaterThan(4);
});

test('a VOI table of the header is used, and offered beside windows', async () => {
  test.skip(!hasRealData('dicom-zoo'), noRealData);
  await openFile(files.voiTable);
  await expect(read().viewport().getByTestId('window')).toHaveText('W/L from the header table');
  const table = await read().pixels();
  const windows = read().tools.getByRole('combobox', { name: 'Window preset' });
  await windows.selectOption({ label: 'All values' });
  await expect(read().viewport().getByTestId('window')).toHaveText(/^W \d/);
  await windows.selectOption({ label: 'Header table' });
  expect((await read().pixels()).fingerprint).toBe(table.fingerprint);
});

test('an MR volume is cut into three planes that meet, with a slab', async () => {
  await openFile(realData('series/mr-brain-pgbm-006'));
  await bench.page.keyboard.press('Control+Alt+Digit3');
  for (const plane of ['axial', 'coronal', 'sagittal'])
    await expect(bench.page.getByTestId(`crosshair-${plane}`)).toBeVisible({ timeout: 30_000 });
  await read().isShown(1);
  await bench.page.getByLabel('Slab thickness').fill('6');
  await expect(read().viewport(1)).toContainText('MIP 6 mm');
  await read().isShown(2);
  await shot(bench.page, 'MPR of MR');
  for (const number of [1, 2, 3]) expect((await read().pixels(number)).brightness).toBeGreaterThan(3);
});
