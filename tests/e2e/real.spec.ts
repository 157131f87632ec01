import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { ReadPage } from './pages/readPage.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { freezeCorpus, lookAtUnseen, trainAndEvaluate } from './support/endOfLoop.ts';
import { howToRun, isShort } from './support/longTests.ts';
import { hasRealData, noRealData, realData } from './support/realData.ts';
import { runCommand, temporaryWorkspace } from './support/startGroundglass.ts';
import { openWorkbench } from './support/workbench.ts';

// The loop on real chest films, used where they lie; Kermany et al. 2018, CC BY 4.0.
test.skip(!hasRealData('cxr/kermany224'), noRealData);
// realSeries.spec.ts goes the same way each time; twice would take the tests beyond ten minutes.
test.skip(isShort, howToRun('real.spec'));
const bench = openWorkbench();
const tables = temporaryWorkspace();
const perClass = 60;
const Film = z.object({ patient: z.string(), file: z.string(), label: z.enum(['NORMAL', 'PNEUMONIA']) });
const worklist = (): WorklistPage => new WorklistPage(bench.page);
const read = (): ReadPage => new ReadPage(bench.page);

test.afterAll(() => tables.remove());

test('120 films of the corpus are imported with a metadata table that points at them', async () => {
  const films = chosenFilms();
  const lines = (rows: readonly (readonly string[])[]): string => rows.map((row) => `${row.join(',')}\n`).join('');
  const metadata = path.join(tables.folder, 'metadata.csv');
  const labels = path.join(tables.folder, 'labels.csv');
  writeFileSync(metadata, lines([['file', 'patient_id'], ...films.map(({ file, patient }) => [file, patient])]));
  writeFileSync(
    labels,
    lines([
      ['reader', 'scope', 'file', 'label', 'value'],
      ...films.map(({ file, label }) => ['corpus', 'image', file, 'diagnosis', label]),
    ]),
  );
  const imported = await runCommand(bench.folder, 'import', `--metadata=${metadata}`);
  expect(imported.lines.at(-1)).toMatchObject({ imported: 2 * perClass, rejected: [] });
  const answered = await runCommand(bench.folder, 'labels', 'import', labels, '--positive=PNEUMONIA');
  expect(answered.lines.at(-1)).toMatchObject({ added: 2 * perClass, rejected: [] });
  await bench.page.reload();
  await bench.frame.goTo('Worklist');
  await expect(worklist().counts).toHaveText(new RegExp(`${2 * perClass} series`));
});

test('three films are read and answered by hand', async () => {
  await bench.frame.readAs('AB');
  await worklist().read(worklist().series.first());
  await read().isShown();
  for (const digit of ['1', '2', '1']) {
    await read().answerByKey('diagnosis', digit);
    await read().goOn('Enter');
  }
  await expect(read().viewport()).toContainText('no pixel spacing');
});

test('a dataset by patient, a small network, and AUROC with its interval on unseen patients', async () => {
  await freezeCorpus(bench);
  await trainAndEvaluate(bench, { epochs: 8, patience: 8, batchSize: 16, learningRate: 0.002 }, 0.7);
});

test('the heat map lies on a film the network has not learned from', () => lookAtUnseen(bench));

/** The same films each time: the first of each class, one file per pixel content. */
function chosenFilms(): readonly z.infer<typeof Film>[] {
  const rows: unknown = parse(readFileSync(realData('cxr/kermany224/labels.csv')), { columns: true });
  const films = z.array(Film).parse(rows);
  return (['NORMAL', 'PNEUMONIA'] as const).flatMap((wanted) =>
    films
      .filter(({ label }) => label === wanted)
      .slice(0, perClass)
      .map((film) => ({ ...film, file: realData('cxr', film.file) })),
  );
}
