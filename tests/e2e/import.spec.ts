import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { zipSync } from 'fflate';
import { PNG } from 'pngjs';
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
  await runCommand(inside('unused'), 'phantom', `--out=${inside('phantoms')}`, '--patients=4');
  mkdirSync(inside('mixed'));
  for (const patient of ['GGP-0001', 'GGP-0002'])
    for (let n = 1; n <= 12; n += 1) {
      const name = `${String(n).padStart(4, '0')}.dcm`;
      copyFileSync(inside('phantoms', patient, 'ct-nodule', name), inside('mixed', `${patient}-${name}`));
    }
  writeFileSync(inside('mixed', 'notes.dcm'), 'this is no image at all');
  copyFileSync(inside('mixed', 'GGP-0001-0001.dcm'), inside('mixed', 'cut-off.dcm'));
  truncateSync(inside('mixed', 'cut-off.dcm'), 900);
});

test.afterAll(() => material.remove());

test('a folder is imported; bad files are listed with a code and a reason, the rest goes in', async () => {
  await imports().importFolder(inside('mixed'));
  await expect(imports().card).toContainText('24 files imported: 2 patients, 2 studies, 2 series.');
  await imports().card.getByText('2 files not imported').click();
  for (const name of ['notes.dcm', 'cut-off.dcm']) {
    await expect(imports().rejected(name).locator('.badge')).toHaveText(/^[a-z]+(-[a-z]+)+$/);
    await expect(imports().rejected(name)).toContainText(/[A-Z].+\./);
  }
  await imports().openWorklist();
  await expect(worklist().counts).toHaveText(/2 patients, 2 series/);
});

test('the same folder again adds nothing', async () => {
  await imports().importFolder(inside('mixed'));
  await expect(imports().card).toContainText('Nothing new was imported.');
  await expect(imports().card).toContainText('24 were already here.');
  await imports().openWorklist();
  await expect(worklist().counts).toHaveText(/2 patients, 2 series/);
});

test('a chosen zip goes in as it is', async () => {
  const series = inside('phantoms', 'GGP-0003', 'ct-nodule');
  const files = Array.from({ length: 12 }, (_, i) => `${String(i + 1).padStart(4, '0')}.dcm`);
  mkdirSync(inside('zips'));
  writeFileSync(
    inside('zips', 'third.zip'),
    zipSync(Object.fromEntries(files.map((name) => [`export/${name}`, readFileSync(path.join(series, name))]))),
  );
  await imports().openChooser(inside('zips'));
  await imports().chooser.getByRole('checkbox', { name: 'Choose third.zip' }).check();
  await imports().chooser.getByRole('button', { name: 'Import the chosen' }).click();
  await imports().isFinished();
  await expect(imports().card).toContainText('12 files imported: 1 patient, 1 study, 1 series.');
  await imports().openWorklist();
  await expect(worklist().counts).toHaveText(/3 patients, 3 series/);
});

test('files dropped on the window are taken in', async () => {
  const bytes = readFileSync(inside('phantoms', 'GGP-0004', 'ct-nodule', '0001.dcm'));
  const transfer = await bench.page.evaluateHandle((encoded) => {
    const data = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const dropped = new DataTransfer();
    dropped.items.add(new File([data], '0001.dcm'));
    return dropped;
  }, bytes.toString('base64'));
  await bench.page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await expect(bench.page.getByText(/^Drop to import/)).toBeVisible();
  await bench.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await imports().isFinished();
  await expect(imports().card).toContainText('1 file imported: 1 patient, 1 study, 1 series.');
  // Nothing lies over an image that is read; what became of the import is there again afterwards.
  await bench.page.getByRole('link', { name: 'Read' }).click();
  await expect(imports().card).toBeHidden();
  await bench.page.goBack();
  await imports().openWorklist();
  await expect(worklist().seriesWith('1 image')).toHaveCount(1);
});

test('taking in what was dropped can be stopped, and leaves nothing behind', async () => {
  const transfer = await bench.page.evaluateHandle(() => {
    const dropped = new DataTransfer();
    for (let n = 1; n <= 3; n++) dropped.items.add(new File([new Uint8Array(200 << 20)], `large-${n}.dcm`));
    return dropped;
  });
  await bench.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect(imports().card).toContainText(/^Taking in the dropped files1 of 3 files, \d/);
  if (process.env.GROUNDGLASS_PICTURES) await bench.page.screenshot({ path: test.info().outputPath('drop.png') });
  await imports().card.getByRole('button', { name: 'Stop' }).click();
  await expect(bench.page.getByText('Stopped; nothing of what you dropped was taken in.')).toBeVisible();
  await expect(imports().card).toHaveCount(0);
  const kept = readdirSync(path.join(bench.folder, 'uploads'));
  expect(kept).toHaveLength(1); // of the drop before
});

test('PNG pictures need a metadata table, and go in with one', async () => {
  mkdirSync(inside('png'));
  for (const [i, name] of ['a.png', 'b.png', 'c.png'].entries())
    writeFileSync(inside('png', name), greyPicture(40 + 60 * i));
  writeFileSync(inside('png', 'patients.csv'), 'file,patient_id,sex\na.png,P-1,F\nb.png,P-2,M\nmissing.png,P-3,F\n');
  await imports().openChooser(inside('png'));
  await imports()
    .chooser.getByLabel(/^Metadata table/)
    .selectOption({ label: 'patients.csv' });
  await imports().chooser.getByRole('button', { name: 'Import this folder' }).click();
  await imports().isFinished();
  await expect(imports().card).toContainText('2 files imported: 2 patients');
  await imports().card.getByText('2 files not imported').click();
  await expect(imports().rejected('c.png')).toContainText('no-metadata');
  await expect(imports().rejected('missing.png')).toContainText('file-not-found');
  await imports().openWorklist();
  await expect(worklist().counts).toHaveText(/6 patients, 6 series/);
});

test('a wrong series is taken out with a reason, shown on request and put back', async () => {
  await worklist().series.first().click();
  await worklist().panel.getByRole('button', { name: 'Take this series out' }).click();
  await worklist().panel.getByLabel('Why does it not belong here?').fill('localizer');
  await worklist().panel.getByRole('button', { name: 'Take out', exact: true }).click();
  await expect(worklist().counts).toHaveText(/5 patients, 5 series/);
  await expect(bench.frame.message('The series was taken out')).toBeVisible();
  await bench.page.getByRole('switch', { name: 'Show removed series' }).check({ force: true });
  await worklist().seriesWith('removed').click();
  await worklist().panel.getByRole('button', { name: 'Put back into the workspace' }).click();
  await expect(worklist().seriesWith('removed')).toHaveCount(0);
  await bench.page.getByRole('switch', { name: 'Show removed series' }).uncheck({ force: true });
  await expect(worklist().counts).toHaveText(/6 patients, 6 series/);
});

function greyPicture(level: number): Buffer {
  const png = new PNG({ width: 32, height: 24, colorType: 0 });
  for (let i = 0; i < 32 * 24; i += 1) png.data.set([level, level, (level + i) % 256, 255], i * 4);
  return PNG.sync.write(png, { colorType: 0 });
}
