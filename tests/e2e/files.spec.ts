import { copyFileSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { openStore } from '../../main/store/openStore.ts';
import { ImportPages } from './pages/importPages.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { runCommand, temporaryWorkspace } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();
const material = temporaryWorkspace();
const inside = (...parts: string[]): string => path.join(material.folder, ...parts);
const imports = (): ImportPages => new ImportPages(bench.page);
const worklist = (): WorklistPage => new WorklistPage(bench.page);

test.beforeAll(async () => {
  await runCommand(inside('unused'), 'phantom', `--out=${inside('phantoms')}`, '--patients=2');
  for (const [to, patient] of [
    ['here', 'GGP-0001'],
    ['usb', 'GGP-0002'],
  ] as const) {
    mkdirSync(inside(to));
    for (let n = 1; n <= 12; n += 1) {
      const name = `${String(n).padStart(4, '0')}.dcm`;
      copyFileSync(inside('phantoms', patient, 'ct-nodule', name), inside(to, name));
    }
  }
});
test.afterAll(() => material.remove());

test('files that were moved are badged, and found again in the folder that the person names', async () => {
  await imports().importFolder(inside('here'));
  await imports().openWorklist();
  renameSync(inside('here'), inside('there'));
  await worklist().series.first().click();
  const files = worklist().panel.getByRole('region', { name: 'Files' });
  await expect(files).toContainText('12 files missing');
  await expect(worklist().seriesWith('1 finding')).toHaveCount(1);
  if (process.env.GROUNDGLASS_PICTURES) await bench.page.screenshot({ path: test.info().outputPath('missing.png') });
  await files.getByRole('button', { name: 'Locate files…' }).click();
  const dialog = bench.page.getByRole('dialog', { name: 'Locate moved files' });
  await dialog.getByRole('textbox', { name: 'Folder' }).fill(material.folder);
  await dialog.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(dialog.getByRole('button', { name: 'there' })).toBeVisible();
  if (process.env.GROUNDGLASS_PICTURES) await bench.page.screenshot({ path: test.info().outputPath('locate.png') });
  await dialog.getByRole('button', { name: 'Look in this folder' }).click();
  await expect(imports().card.getByRole('heading', { name: 'Search finished' })).toBeVisible({ timeout: 60_000 });
  await expect(imports().card).toContainText('12 files found again. None is missing now.');
  await imports().openWorklist();
  await expect(worklist().seriesWith('finding')).toHaveCount(0);
  await expect(files).toHaveCount(0);
});

test('a file that was changed on purpose is accepted with a reason', async () => {
  // Both folders hold the same bytes: the search may have found either.
  for (const file of [inside('there', '0003.dcm'), inside('phantoms', 'GGP-0001', 'ct-nodule', '0003.dcm')]) {
    const bytes = readFileSync(file);
    bytes.writeUInt16LE(2000, bytes.length - 200);
    writeFileSync(file, bytes);
    utimesSync(file, new Date(), new Date(Date.now() + 5_000));
  }
  await bench.page.reload();
  await worklist().series.first().click();
  const files = worklist().panel.getByRole('region', { name: 'Files' });
  await expect(files).toContainText('1 file changed', { timeout: 20_000 });
  await files.getByRole('button', { name: 'Accept the new content…' }).click();
  await expect(files.getByRole('button', { name: 'Accept', exact: true })).toBeDisabled();
  await files.getByRole('textbox', { name: 'Why were the files changed?' }).fill('masked at the source');
  if (process.env.GROUNDGLASS_PICTURES) await bench.page.screenshot({ path: test.info().outputPath('accept.png') });
  await files.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(files).toHaveCount(0);
  const findings = worklist().panel.getByRole('region', { name: 'Data findings' });
  await expect(findings).toContainText('accepted: masked at the source. Its pixels are others');
  if (process.env.GROUNDGLASS_PICTURES) await bench.page.screenshot({ path: test.info().outputPath('accepted.png') });
});

test('images can be copied into the workspace', async () => {
  await imports().openChooser(inside('usb'));
  await imports()
    .chooser.getByRole('switch', { name: /^Copy the images into the workspace/ })
    .check({ force: true });
  if (process.env.GROUNDGLASS_PICTURES) await bench.page.screenshot({ path: test.info().outputPath('copy.png') });
  await imports().chooser.getByRole('button', { name: 'Import this folder' }).click();
  await imports().isFinished();
  await imports().openWorklist();
  renameSync(inside('usb'), inside('unplugged'));
  await worklist().series.last().click();
  await expect(worklist().panel.getByText('Slices')).toBeVisible();
  await expect(worklist().panel.getByRole('region', { name: 'Files' })).toHaveCount(0);
});

test('an import that was cut off is offered on the start page, and goes on', async () => {
  const { page } = bench;
  await bench.stop();
  const store = openStore(bench.folder, { kind: 'test' });
  store.catalogue.beginImport([inside('phantoms')], { paths: [inside('phantoms')], copy: false });
  store.close();
  await bench.start();
  await bench.open(page);
  await page.goto(`${new URL(page.url()).origin}/#/start`);
  const offered = page.getByRole('region', { name: 'Interrupted imports' });
  await expect(offered).toContainText('An import was interrupted after 0 images.');
  if (process.env.GROUNDGLASS_PICTURES) await page.screenshot({ path: test.info().outputPath('interrupted.png') });
  await offered.getByRole('button', { name: 'Continue' }).click();
  await imports().isFinished();
  await expect(imports().card).toContainText('24 were already here.');
  await expect(offered).toHaveCount(0);
});
