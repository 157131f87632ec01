import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Locator, test } from '@playwright/test';
import { randomStream } from '../../main/domain/random.ts';
import { dicomFile } from '../../main/imaging/phantom/dicomFile.ts';
import { burnText } from '../unit/deidentify/bitmapFont.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { runCommand, temporaryWorkspace } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();
const material = temporaryWorkspace();
const inside = (...parts: string[]): string => path.join(material.folder, ...parts);
const screenshots = process.env.SCREENSHOTS;

const [rows, columns] = [300, 400];

/** An ultrasound picture with a name in its upper left corner. */
function capture(number: number): Uint8Array {
  const random = randomStream(5, 'speckle', number);
  const grey = new Uint8Array(rows * columns).map((_, i) => {
    const [x, y] = [(i % columns) - columns / 2, Math.floor(i / columns) + 20];
    const isInFan = Math.abs(x) < y * 0.8 && Math.hypot(x, y) < 290 && y > 40;
    return isInFan ? 60 + 8 * random() : 2;
  });
  burnText({ grey, rows, columns }, 'ZIEGLER ANNA', { left: 12, top: 10, scale: 2, value: 220 });
  const uid = `1.2.826.0.1.3680043.8.498.77.${number}`;
  return dicomFile([
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.6.1'],
    [0x00080018, 'UI', uid],
    [0x00080020, 'DA', '20210506'],
    [0x00080060, 'CS', 'US'],
    [0x0008103e, 'LO', 'Abdomen'],
    [0x00100010, 'PN', 'Ziegler^Anna'],
    [0x00100020, 'LO', 'MRN-88123'],
    [0x0020000d, 'UI', '1.2.826.0.1.3680043.8.498.77'],
    [0x0020000e, 'UI', '1.2.826.0.1.3680043.8.498.77.0'],
    [0x00200013, 'IS', String(number)],
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', [rows]],
    [0x00280011, 'US', [columns]],
    [0x00280100, 'US', [8]],
    [0x00280101, 'US', [8]],
    [0x00280102, 'US', [7]],
    [0x00280103, 'US', [0]],
    [0x7fe00010, 'OB', grey],
  ]);
}

const main = (): Locator => bench.page.getByRole('main');
const shoot = async (name: string): Promise<void> => {
  if (screenshots) await bench.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
};

test.beforeAll(async () => {
  await runCommand(inside('unused'), 'phantom', `--out=${inside('phantoms')}`, '--patients=3', '--kind=cr');
  mkdirSync(inside('us'));
  for (const number of [1, 2, 3]) writeFileSync(inside('us', `${number}.dcm`), capture(number));
  const { jobId } = await bench.core['imports.start']({ paths: [inside('us'), inside('phantoms')] });
  await expect.poll(async () => (await bench.core['jobs.get']({ jobId })).status).toBe('done');
});

test.afterAll(() => material.remove());

test('the worklist leads to the page; risky pictures come first, with boxes around their text', async () => {
  await bench.frame.goTo('Worklist');
  await expect(new WorklistPage(bench.page).counts).toHaveText(/4 patients, 4 series/);
  await bench.page.getByRole('button', { name: 'De-identify' }).click();
  await expect(bench.page.getByRole('heading', { name: 'De-identify', level: 1 })).toBeVisible();
  const line = bench.page.getByRole('region', { name: 'Series to look at' }).getByRole('button');
  await expect(line).toHaveCount(1);
  await expect(line).toContainText('left out until looked at');
  await expect(line).toContainText('1 proposal');
  await shoot('deidentify-1');
});

test('boxes are taken, drawn, moved by keys and deleted', async () => {
  const editor = bench.page.getByRole('region', { name: 'Picture to mask' });
  await editor.getByRole('button', { name: 'Take 1 proposal' }).click();
  await expect(editor.getByRole('button', { name: /^Box \d/ })).toHaveCount(1);
  const canvas = editor.locator('svg').last();
  const place = await editor.locator('.mask-canvas svg').boundingBox();
  expect(place).not.toBeNull();
  const at = (x: number, y: number) =>
    [(place?.x ?? 0) + x * (place?.width ?? 0), (place?.y ?? 0) + y * (place?.height ?? 0)] as const;
  await bench.page.mouse.move(...at(0.6, 0.7));
  await bench.page.mouse.down();
  await bench.page.mouse.move(...at(0.9, 0.9), { steps: 4 });
  await bench.page.mouse.up();
  const second = editor.getByRole('button', { name: /^Box 2/ });
  await expect(second).toHaveAccessibleName(/120 × 6[01] pixels at 2(39|40), 2(09|10)/);
  await second.focus();
  await bench.page.keyboard.press('Alt+ArrowLeft');
  await bench.page.keyboard.press('Shift+ArrowRight');
  await expect(second).toHaveAccessibleName(/121 × 6[01] pixels at 2(29|30), 2(09|10)/);
  await bench.page.keyboard.press('Delete');
  await expect(editor.getByRole('button', { name: /^Box \d/ })).toHaveCount(1);
  await expect(bench.page.getByRole('region', { name: 'Series to look at' }).getByRole('button')).toContainText(
    'masked',
  );
  expect(canvas).toBeDefined();
  await shoot('deidentify-2');
});

test('one file is shown before and after, with the options as they are set', async () => {
  await bench.page.getByRole('tab', { name: 'What changes in a file' }).click();
  const table = bench.page.getByRole('table', { name: 'Elements before and after' });
  const name = table.getByRole('row', { name: /PatientName/ });
  await expect(name).toContainText(/GG-[A-Z2-9]{10}/);
  await expect(table.getByRole('row', { name: /StudyDate/ })).toContainText('emptied');
  await bench.page.getByRole('combobox', { name: 'Dates and times' }).selectOption('shift');
  await expect(table.getByRole('row', { name: /StudyDate/ })).toContainText('replaced');
  await shoot('deidentify-3');
});

test('the export runs, tells what it did, and nothing of the name is left', async () => {
  const out = inside('export');
  await bench.page.getByRole('textbox', { name: 'Folder to write to' }).fill(out);
  await bench.page.getByLabel('Passphrase of the table').fill('correct horse battery');
  await expect(bench.page.getByText('The passphrases differ.')).toBeVisible();
  await bench.page.getByLabel('The same again').fill('correct horse battery');
  await bench.page.getByRole('button', { name: 'De-identify 6 files' }).click();
  await expect(main().getByText('6 files of 4 patients')).toBeVisible({ timeout: 60_000 });
  await expect(main().getByText('3 images in 1 series, 3 rectangles')).toBeVisible();
  await expect(main().getByText('Clean Pixel Data Option')).toBeVisible();
  await expect(main().getByText('Retain Longitudinal Temporal Information Modified Dates Option')).toBeVisible();
  await shoot('deidentify-4');
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dcm'));
  expect(files).toHaveLength(6);
  for (const file of files) {
    const text = readFileSync(path.join(out, file), 'latin1');
    expect(text.includes('Ziegler') || text.includes('MRN-88123') || file.includes('88123')).toBe(false);
  }
});

test('files can be de-identified on their way into the workspace', async () => {
  await bench.frame.goToStart();
  await bench.page.getByRole('link', { name: 'De-identify images on their way in' }).click();
  await expect(bench.page.getByRole('combobox', { name: 'Take' })).toHaveValue('folder');
  await bench.page.getByRole('textbox', { name: 'Folder to read' }).fill(inside('us'));
  await bench.page.getByRole('combobox', { name: 'Pictures that are likely to carry text' }).selectOption('mask');
  await bench.page.getByRole('textbox', { name: 'Folder to write to' }).fill(inside('incoming'));
  await bench.page.getByLabel('Passphrase of the table').fill('correct horse battery');
  await bench.page.getByLabel('The same again').fill('correct horse battery');
  await shoot('deidentify-5');
  await bench.page.getByRole('button', { name: 'De-identify the folder' }).click();
  await expect(main().getByText('The copies are in the worklist.')).toBeVisible({ timeout: 60_000 });
  const { rows: listed } = await bench.core['worklist.list']({});
  expect(listed.filter(({ patientId }) => patientId.startsWith('GG-'))).toHaveLength(1);
});
