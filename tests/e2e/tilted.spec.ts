import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { dicomFile } from '../../main/imaging/phantom/dicomFile.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { temporaryWorkspace } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();
const material = temporaryWorkspace();
const inside = (...parts: string[]): string => path.join(material.folder, ...parts);
const screenshots = process.env.SCREENSHOTS;
const shoot = async (name: string): Promise<void> => {
  if (screenshots) await bench.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
};

const tilt = (12 * Math.PI) / 180;
const [cosine, sine] = [Math.cos(tilt), Math.sin(tilt)];
const [size, pixelMm, stepMm, count] = [128, 1.2, 3, 40];

/** A slice of a ball of 70 mm in a block, by a gantry tilted by 12 degrees whose table moves along z. */
function slice(k: number): Uint8Array {
  const origin = [-76.2, -76.2 * cosine, 76.2 * sine + (k - (count - 1) / 2) * stepMm] as const;
  const pixels = new Uint16Array(size * size);
  for (let j = 0; j < size; j++)
    for (let i = 0; i < size; i++) {
      const [x, y, z] = [origin[0] + i * pixelMm, origin[1] + j * pixelMm * cosine, origin[2] - j * pixelMm * sine];
      const depth = Math.min(1, Math.max(0, (35 - Math.hypot(x, y, z)) / 2 + 0.5));
      const isInBlock = Math.max(Math.abs(x), Math.abs(y)) < 62;
      pixels[j * size + i] = 1024 + (isInBlock ? -100 + 200 * depth : -1000);
    }
  const decimal = (numbers: readonly number[]): string[] => numbers.map((n) => n.toFixed(6));
  return dicomFile([
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00080018, 'UI', `1.2.826.0.1.3680043.8.498.12.${k + 1}`],
    [0x00080060, 'CS', 'CT'],
    [0x0008103e, 'LO', 'Tilted ball'],
    [0x00100010, 'PN', 'Phantom^Tilted'],
    [0x00100020, 'LO', 'TILT-1'],
    [0x0020000d, 'UI', '1.2.826.0.1.3680043.8.498.12'],
    [0x0020000e, 'UI', '1.2.826.0.1.3680043.8.498.12.0'],
    [0x00200013, 'IS', String(k + 1)],
    [0x00200032, 'DS', decimal(origin)],
    [0x00200037, 'DS', decimal([1, 0, 0, 0, cosine, -sine])],
    [0x00200052, 'UI', '1.2.826.0.1.3680043.8.498.12.99'],
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', [size]],
    [0x00280011, 'US', [size]],
    [0x00280030, 'DS', decimal([pixelMm, pixelMm])],
    [0x00280100, 'US', [16]],
    [0x00280101, 'US', [12]],
    [0x00280102, 'US', [11]],
    [0x00280103, 'US', [0]],
    [0x00281050, 'DS', '0'],
    [0x00281051, 'DS', '500'],
    [0x00281052, 'DS', '-1024'],
    [0x00281053, 'DS', '1'],
    [0x7fe00010, 'OW', pixels],
  ]);
}

test.beforeAll(async () => {
  mkdirSync(inside('tilted'));
  for (let k = 0; k < count; k++) writeFileSync(inside('tilted', `${k}.dcm`), slice(k));
  const { jobId } = await bench.core['imports.start']({ paths: [inside('tilted')] });
  await expect.poll(async () => (await bench.core['jobs.get']({ jobId })).status).toBe('done');
});

test.afterAll(() => material.remove());

test('planes of a tilted stack are computed with the shear corrected, and say so', async () => {
  await bench.frame.goTo('Worklist');
  const worklist = new WorklistPage(bench.page);
  await worklist.seriesWith('Tilted ball').click();
  await expect(worklist.panel).toContainText('sheared by 12.0 degrees');
  await shoot('tilted-worklist');
  await bench.page.keyboard.press('Enter');
  await bench.page
    .getByRole('button', { name: /three planes|MPR|planes/i })
    .first()
    .click();
  await expect(bench.page.getByText('shear-corrected 12.0°').first()).toBeVisible();
  await expect(bench.page.getByText('shear-corrected 12.0°')).toHaveCount(3);
  await bench.page.waitForTimeout(500);
  await shoot('tilted-planes');
});

test('the series leaves as NIfTI from the worklist', async () => {
  await bench.frame.goTo('Worklist');
  const worklist = new WorklistPage(bench.page);
  await worklist.seriesWith('Tilted ball').click();
  await worklist.panel.getByRole('button', { name: 'Export as NIfTI' }).click();
  const dialog = bench.page.getByRole('dialog', { name: 'Export as NIfTI' });
  await dialog.getByRole('textbox', { name: 'Folder to write to' }).fill(inside('out'));
  await dialog.getByRole('switch', { name: /Correct the shear of 12.0°/ }).check({ force: true });
  await dialog.getByRole('button', { name: 'Export' }).click();
  await expect(dialog.getByText(/Written: 128 × 1\d\d × 40 voxels, uint16/)).toBeVisible();
  await expect(dialog.getByText(/Shear-corrected by 12\.0 degrees/)).toBeVisible();
  await shoot('nifti-dialog');
  expect(readdirSync(inside('out'))).toEqual(['series-1.2.826.0.1.3680043.8.498.12.0.nii.gz']);
});
