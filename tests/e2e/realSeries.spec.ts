import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { ReadPage } from './pages/readPage.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { freezeCorpus, lookAtUnseen, trainAndEvaluate } from './support/endOfLoop.ts';
import { hasRealData, noRealData, realData } from './support/realData.ts';
import { runCommand, temporaryWorkspace } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

// The loop on real CT series, nodules with the slices around them, used where they lie; LIDC-IDRI, Armato et al. 2011,
// TCIA, CC BY 3.0.
test.skip(!hasRealData('lidc-nodules'), noRealData);
const bench = openWorkbench();
const tables = temporaryWorkspace();
const perClass = 40;
const question = 'rating';
const Nodule = z.object({ image: z.string(), patient_id: z.string(), Diagnosis: z.enum(['Benign', 'Malign']) });
const worklist = (): WorklistPage => new WorklistPage(bench.page);
const read = (): ReadPage => new ReadPage(bench.page);
const nodules = (): readonly z.infer<typeof Nodule>[] => chosenNodules();

test.afterAll(() => tables.remove());

test('80 CT series of as many patients are imported where they lie', async () => {
  const metadata = path.join(tables.folder, 'metadata.csv');
  const rows = nodules().map(({ image, patient_id }) => [image, patient_id, 'CT']);
  writeFileSync(metadata, csv([['file', 'patient_id', 'modality'], ...rows]));
  const imported = await runCommand(bench.folder, 'import', `--metadata=${metadata}`);
  expect(imported.lines.at(-1)).toMatchObject({ imported: 2 * perClass, rejected: [] });
  await bench.page.reload();
  await bench.frame.goTo('Worklist');
  await expect(worklist().counts).toHaveText(new RegExp(`${2 * perClass} patients, ${2 * perClass} series`));
});

test('a question is made, and three series are scrolled and answered by hand', async () => {
  await bench.frame.readAs('AB');
  await worklist().read(worklist().series.first());
  await read().isShown();
  await bench.page.getByRole('button', { name: 'New question' }).click();
  const dialog = bench.page.getByRole('dialog', { name: 'New question' });
  await dialog.getByLabel('Question', { exact: true }).fill(question);
  await dialog.getByLabel('Modalities it is asked about').fill('ct');
  for (const [i, value] of ['Benign', 'Malign'].entries())
    await dialog.getByLabel(`Answer ${i + 1}`, { exact: true }).fill(value);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  for (const digit of ['1', '2', '1']) {
    const before = await read().pixels();
    await bench.page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await read().pixels()).fingerprint).not.toBe(before.fingerprint);
    await read().answerByKey(question, digit);
    await read().goOn('Enter');
  }
  const { definitions } = await bench.core['definitions.list']({});
  expect(definitions).toMatchObject([{ name: question, modalities: ['CT'] }]);
});

test('the remaining answers come from a table', async () => {
  const labels = path.join(tables.folder, 'labels.csv');
  writeFileSync(labels, labelsCsv(nodules()));
  const answered = await runCommand(bench.folder, 'labels', 'import', labels, '--positive=Malign');
  expect(answered.lines.at(-1), JSON.stringify(answered)).toMatchObject({ added: 2 * perClass, rejected: [] });
});

test('a dataset by patient, a small network, and AUROC with its interval on unseen patients', async () => {
  await freezeCorpus(bench);
  const [snapshot] = (await bench.core['datasets.list']({})).snapshots;
  expect(snapshot).toMatchObject({ target: question, unit: 'series', patients: 2 * perClass });
  await trainAndEvaluate(bench, { epochs: 10, patience: 10, batchSize: 8, learningRate: 0.002 }, 0.5);
});

test('the heat map lies on a slice of a patient the network has not learned from', () => lookAtUnseen(bench));

const csv = (rows: readonly (readonly string[])[]): string => rows.map((row) => `${row.join(',')}\n`).join('');

function labelsCsv(rows: readonly z.infer<typeof Nodule>[]): string {
  const answers = rows.map(({ image, Diagnosis }) => ['corpus', 'series', image, question, Diagnosis]);
  return csv([['reader', 'scope', 'file', 'label', 'value'], ...answers]);
}

/** The same nodules each time: of each patient the first, of each class the first so many. */
function chosenNodules(): readonly z.infer<typeof Nodule>[] {
  const table: unknown = parse(readFileSync(realData('lidc-nodules/labels.csv')), { columns: true });
  const rows = z.array(Nodule).parse(table);
  const firsts = [...Map.groupBy(rows, ({ patient_id }) => patient_id).values()].flatMap(([first]) => first ?? []);
  return (['Benign', 'Malign'] as const).flatMap((wanted) =>
    firsts
      .filter(({ Diagnosis }) => Diagnosis === wanted)
      .slice(0, perClass)
      .map((nodule) => ({ ...nodule, image: realData('lidc-nodules', nodule.image) })),
  );
}
