import path from 'node:path';
import { inTemporaryFolder, succeed } from '../../../bench/commandLine.ts';
import { shuffleLabelsByPatient } from '../../../main/learning/evaluation/shuffleLabels.ts';
import { type Film, importFilms, labelFilms, realFilms } from '../realFilms.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';

const seeds = Array.from({ length: 10 }, (_, i) => i + 1);
const size = 64;
const epochs = 3;

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly method: string;
}

interface Shuffled {
  readonly seed: number;
  readonly auroc: Interval;
  readonly cases: number;
  readonly patients: number;
  readonly validation: number;
  readonly seconds: number;
}

type Place = { readonly root: string; readonly workspace: string };

/** Labels, snapshot, training and evaluation of one set of answers, each a command. */
async function trainOn(films: readonly Film[], name: string, seed: number, place: Place): Promise<Shuffled> {
  const started = performance.now();
  const { workspace } = place;
  const run = async (...parameters: string[]) => (await succeed(parameters, { workspace })).last;
  await labelFilms(films, name, place);
  const { snapshot } = await run('dataset', 'create', `--target=${name}`, `--size=${size}`, `--seed=${seed}`);
  const training = [`--snapshot=${snapshot}`, '--architecture=small-cnn', `--epochs=${epochs}`, `--seed=${seed}`];
  const trained = await run('train', ...training, '--threads=1');
  const evaluation = await run('evaluate', `--model=${trained.model}`);
  const perCase = evaluation.per_case as { n_cases: number; n_patients: number; auroc: Interval };
  const validation = (trained.metrics as { val_auroc: Interval | null }).val_auroc?.value ?? Number.NaN;
  return {
    ...{ seed, auroc: perCase.auroc, cases: perCase.n_cases, patients: perCase.n_patients, validation },
    seconds: (performance.now() - started) / 1000,
  };
}

const row = (name: string, { auroc, cases, patients, validation, seconds }: Shuffled): (string | number)[] => [
  name,
  ...[auroc.value, auroc.low, auroc.high].map((value) => value.toFixed(3)),
  ...[cases, patients, validation.toFixed(3), seconds.toFixed(0)],
];

export const shuffles: Check = {
  name: 'shuffles',
  title: 'Chest films with answers dealt anew among patients: nothing to learn',
  run: async (tell): Promise<Report> => {
    const found = realFilms();
    if (!found) return skipped('The corpus cxr/kermany224 is not on this machine.');
    const { folder, films } = found;
    return inTemporaryFolder(async (root) => {
      const place = { root, workspace: path.join(root, 'workspace') };
      await importFilms(folder, films, root, place.workspace);
      tell(`${films.length} films imported`);
      const real = await trainOn(films, 'real', 1, place);
      tell(`true answers: AUROC ${real.auroc.value.toFixed(3)}`);
      const results: Shuffled[] = [];
      for (const seed of seeds) {
        const dealt = shuffleLabelsByPatient(films, seed);
        const result = await trainOn(dealt, `shuffled-${seed}`, seed, place);
        results.push(result);
        tell(`shuffle ${seed}: AUROC ${result.auroc.value.toFixed(3)}`);
      }
      const mean = results.reduce((sum, { auroc }) => sum + auroc.value, 0) / results.length;
      const misses = results.filter(({ auroc }) => auroc.low > 0.5 || auroc.high < 0.5).length;
      return {
        ...verdictOf({
          [`the mean test AUROC of ten shuffles is 0.5 +- 0.05 (it is ${mean.toFixed(3)})`]:
            Math.abs(mean - 0.5) <= 0.05,
          [`at most two of the ten 95 % intervals miss 0.5 (${misses} do)`]: misses <= 2,
          [`the same training on the true answers does learn (${real.auroc.value.toFixed(3)})`]: real.auroc.low > 0.8,
        }),
        notes: [
          `Small CNN from scratch, ${size} px, ${epochs} epochs, one thread, everything else as the command line has it; labels, ` +
            'snapshot, training and evaluation through the command line; the split dealt anew with each seed, 70/15/15 by patient',
          'Each patient gets the answers of another, random patient, before the split; seeds 1 to 10',
          `Interval: ${real.auroc.method}`,
        ],
        tables: [
          {
            title: 'Test AUROC',
            columns: ['answers', 'AUROC', 'low', 'high', 'test films', 'patients', 'validation AUROC', 'seconds'],
            rows: [row('true', real), ...results.map((result) => row(`shuffle ${result.seed}`, result))],
          },
        ],
      };
    });
  },
};
