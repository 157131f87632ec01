import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inTemporaryFolder, type Line, succeed } from '../../../bench/commandLine.ts';
import { createApp } from '../../../main/app/createApp.ts';
import { parseImageId } from '../../../main/domain/ids.ts';
import { connectLocally } from '../../../main/host/connection.ts';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import { loadFrame } from '../../../main/imaging/loadFrame.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { networkInput } from '../../../main/learning/dataset/preprocess.ts';
import { loadModel } from '../../../main/learning/prediction/loadModel.ts';
import { predictFrame } from '../../../main/learning/prediction/predictFrame.ts';
import { readCsv } from '../data.ts';
import { type Film, importFilms, labelFilms, realFilms } from '../realFilms.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';

const filmsPerClass = 60;

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return largest;
};

/** The tensor that prediction makes of each film against the one in the snapshot. */
async function tensorDifference(snapshotFolder: string, modelFolder: string, fileOf: ReadonlyMap<string, string>) {
  const snapshot = openSnapshot(snapshotFolder);
  const model = loadModel(modelFolder, { device: 'cpu', threads: 1 });
  let levels = 0;
  let values = 0;
  for (const [i, one] of snapshot.manifest.cases.entries()) {
    const frame = await loadFrame(fileOf.get(one.sopInstanceUid) ?? '', one.frameNumber);
    const { picture } = await predictFrame(model, frame, { cam: 'none' });
    const frozen = snapshot.levelsOf(i);
    levels = Math.max(levels, largestDifference(picture.levels, frozen));
    const tensors = [
      networkInput(picture.levels, model.preprocessing),
      networkInput(frozen, snapshot.manifest.preprocessing),
    ] as const;
    values = Math.max(values, largestDifference(...tensors));
  }
  await model.dispose();
  return { cases: snapshot.manifest.cases.length, levels, values };
}

/** Scores by SOP instance, as the window gets them: over the contract, from a core of its own. */
async function scoresInApp(workspacePath: string, modelId: string, sops: readonly string[]) {
  const app = await createApp({ workspacePath, host: 'command-line', spawnWorker: nodeSpawner(() => undefined) });
  const core = connectLocally(app, { connectionId: 'parity', onBug: (_method, error) => console.error(error) });
  const scores = new Map<string, readonly number[]>();
  for (const sopInstanceUid of sops) {
    const prediction = await core.client['predictions.frame']({ modelId, sopInstanceUid, frameNumber: 1, cam: 'none' });
    scores.set(sopInstanceUid, prediction.scores);
  }
  core.channel.close();
  await app.close();
  return scores;
}

const scoresOf = (line: Line): number[] => Object.values(line.scores as Record<string, number>);

const chosen = (films: readonly Film[]): Film[] =>
  ['NORMAL', 'PNEUMONIA'].flatMap((name) =>
    films.filter(({ trueClass }) => trueClass === name).slice(0, filmsPerClass),
  );

export const parity: Check = {
  name: 'parity',
  title: 'One preprocessing: snapshot, command line and app see the same tensor',
  run: async (tell): Promise<Report> => {
    const found = realFilms();
    if (!found) return skipped('The corpus cxr/kermany224 is not on this machine.');
    const { folder } = found;
    const films = chosen(found.films);
    return inTemporaryFolder(async (root) => {
      const workspace = path.join(root, 'workspace');
      const run = async (...parameters: string[]) => await succeed(parameters, { workspace });
      await importFilms(folder, films, root, workspace);
      await labelFilms(films, 'films', { root, workspace });
      const created = (await run('dataset', 'create', '--target=films', '--size=96', '--channels=3')).last;
      const training = ['--architecture=small-cnn', '--epochs=2', '--batch=8'];
      const model = String((await run('train', `--snapshot=${created.snapshot}`, ...training)).last.model);
      tell(`${films.length} films, snapshot ${created.snapshot}, ${model}`);
      await run('labels', 'export', '--format=csv', `--out=${root}`);
      const sopOf = new Map(
        readCsv(path.join(root, 'labels.csv')).map((row) => [path.basename(row.file ?? ''), row.sop_uid ?? '']),
      );
      const fileOf = new Map(films.map(({ file }) => [sopOf.get(path.basename(file)) ?? '', path.join(folder, file)]));
      const snapshotFolder = path.join(workspace, 'snapshots', String(created.snapshot));
      const tensors = await tensorDifference(snapshotFolder, path.join(workspace, 'models', model), fileOf);
      tell(`${tensors.cases} tensors: largest difference ${tensors.values}`);
      const inputs = films.map(({ file }) => path.join(folder, file));
      const out = path.join(root, 'out');
      const predicted = (await run('predict', `--model=${model}`, ...inputs, '--cam=none', `--out=${out}`)).lines;
      const inApp = await scoresInApp(workspace, model, [...fileOf.keys()]);
      const toApp = predicted.map((line) =>
        largestDifference(scoresOf(line), inApp.get(sopOf.get(path.basename(String(line.file))) ?? '') ?? []),
      );
      const predictions = path.join(root, 'predictions.jsonl');
      await run('evaluate', `--model=${model}`, `--predictions=${predictions}`);
      const evaluated = readFileSync(predictions, 'utf8')
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as Line);
      const toEvaluation = evaluated.map((line) =>
        largestDifference(scoresOf(line), inApp.get(parseImageId(String(line.imageId))?.sopInstanceUid ?? '') ?? []),
      );
      const [app, evaluation] = [Math.max(...toApp), Math.max(...toEvaluation)];
      return {
        ...verdictOf({
          [`all ${tensors.cases} tensors of the snapshot and of predict differ by 0`]:
            tensors.levels === 0 && tensors.values === 0 && tensors.cases === films.length,
          [`the scores of the command line and of the app differ by 0 (${predicted.length} films)`]:
            app === 0 && predicted.length === films.length,
          [`those of evaluate differ by no more than the batch's rounding (${evaluation.toExponential(1)})`]:
            evaluation < 1e-5,
        }),
        notes: [`${films.length} chest films of 224 x 224 pixels, resized to 96 px, 3 channels; small CNN, 2 epochs`],
        tables: [
          {
            title: 'Largest differences',
            columns: ['what', 'between', 'n', 'difference'],
            rows: [
              ['levels (16 bits)', 'snapshot, predict', tensors.cases, tensors.levels],
              ['network input (float32)', 'snapshot, predict', tensors.cases, tensors.values],
              ['scores', 'predict on the command line, app', predicted.length, app],
              ['scores', 'evaluate on the test split, app', evaluated.length, evaluation],
            ],
          },
        ],
      };
    });
  },
};
