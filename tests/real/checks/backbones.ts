import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { shuffled } from '../../../main/domain/random.ts';
import { auroc } from '../../../main/domain/statistics/auroc.ts';
import { pairedAurocDifference, type ScorePair } from '../../../main/domain/statistics/pairedAuroc.ts';
import { softmax } from '../../../main/domain/statistics/scores.ts';
import { openSnapshot, type Snapshot, splitOfCases } from '../../../main/learning/dataset/openSnapshot.ts';
import { linearNetwork } from '../../../main/learning/heads/featureNetwork.ts';
import { type HeadTrial, headTrials } from '../../../main/learning/heads/fitHead.ts';
import { foldFeatures } from '../../../main/learning/heads/headProblem.ts';
import { type Network, withState } from '../../../main/learning/network/network.ts';
import { chooseEngine } from '../../../main/learning/training/engineChoice.ts';
import { configuredNetwork } from '../../../main/learning/training/foldStart.ts';
import { type InputSource, pictureSource } from '../../../main/learning/training/inputSource.ts';
import { trainingPhases } from '../../../main/learning/training/loop/phases.ts';
import { trainFold } from '../../../main/learning/training/loop/trainFold.ts';
import { reestimateStatistics } from '../../../main/learning/training/reestimateStatistics.ts';
import { RunControl } from '../../../main/learning/training/runControl.ts';
import { Scorer } from '../../../main/learning/training/scorer.ts';
import { type Backbone, openBackbone } from '../../../main/learning/training/startingNetwork.ts';
import { type TrainingCases, trainingCases } from '../../../main/learning/training/trainingCases.ts';
import { type Corpus, hasCorpora, kermany, nodules, snapshotOf } from '../corpora.ts';
import { type Check, type Report, skipped } from '../report.ts';

/** The folder that `backbone pretrain` made, or a model to start from. */
const folder = process.env.GROUNDGLASS_BACKBONE;

/** GROUNDGLASS_MINUTES: no comparison is begun after so many; what was left out is said. */
const minutes = Number(process.env.GROUNDGLASS_MINUTES ?? Number.POSITIVE_INFINITY);

const SIZES = [50, 100, 200, 400];
/** Fewer cases, more epochs: about the same number of steps would favour nobody, but takes too long. */
const EPOCHS: Readonly<Record<number, number>> = { 50: 12, 100: 10, 200: 8, 400: 6 };

interface Study {
  readonly from: Corpus;
  readonly augmentation: object;
  /** Folds whose test patients are scored, by fitted heads on frozen bases and by trained layers. */
  readonly frozenFolds: number;
  readonly tunedFolds: number;
}

/** GROUNDGLASS_CORPUS: one corpus alone. */
const only = process.env.GROUNDGLASS_CORPUS;

const allStudies: readonly Study[] = [
  {
    from: nodules,
    augmentation: { flipHorizontal: true, flipVertical: true, rotationDegrees: 45 },
    ...{ frozenFolds: 3, tunedFolds: 1 },
  },
  { from: kermany, augmentation: { flipHorizontal: true }, frozenFolds: 1, tunedFolds: 1 },
];

const studies = allStudies.filter(({ from }) => only === undefined || from.name === only);

interface Setting {
  readonly snapshot: Snapshot;
  readonly config: TrainingConfig;
  readonly fold: number;
  readonly cases: TrainingCases;
  readonly test: readonly number[];
  readonly source: InputSource;
}

/** Whole patients of the fold's training part in a drawn order, until there are so many cases. */
function someOf(cases: TrainingCases, count: number, fold: number): readonly number[] {
  const patients = shuffled([...new Set(cases.train.map((i) => cases.patientIds[i] ?? ''))].sort(), 1, 'some', fold);
  const members = Map.groupBy(cases.train, (i) => cases.patientIds[i] ?? '');
  const chosen: number[] = [];
  for (const patient of patients) if (chosen.length < count) chosen.push(...(members.get(patient) ?? []));
  return chosen.slice(0, count);
}

function settingOf(snapshot: Snapshot, { augmentation }: Study, fold: number, count: number): Setting {
  const epochs = EPOCHS[count] ?? 10;
  const settings = { snapshot: 'real', augmentation, epochs, patience: 1000, threads: availableParallelism() };
  const config = TrainingConfig.parse(settings);
  const whole = trainingCases(snapshot, fold);
  const test = splitOfCases(snapshot, fold).flatMap((part, i) => (part === 'test' ? [i] : []));
  const { preprocessing } = snapshot.manifest;
  const source = pictureSource(snapshot.levelsOf, preprocessing, config.augmentation, config.seed, fold);
  return { snapshot, config, fold, cases: { ...whole, train: someOf(whole, count, fold) }, test, source };
}

async function scored(network: Network, { cases, source, test, config }: Setting): Promise<number[]> {
  const scorer = await Scorer.compile(network, chooseEngine(config));
  try {
    const rows = await scorer.logits(source, test);
    return rows.map((row) => softmax(row)[cases.positive ?? 1] ?? 0);
  } finally {
    await scorer.dispose();
  }
}

/** Logistic regression on the pooled features of a frozen base, its strength chosen on validation cases. */
async function frozen(base: Network, setting: Setting): Promise<number[]> {
  const { config, cases, source } = setting;
  const options = { engine: chooseEngine(config), seed: 1, classWeights: true, onBatch: () => undefined };
  const features = await foldFeatures(base, source, cases, options);
  let best: HeadTrial | undefined;
  for (const trial of headTrials('logistic', features.problem))
    best = best && best.valLoss <= trial.valLoss ? best : trial;
  const head = best?.head();
  if (head?.kind !== 'linear') throw new Error('no linear head was fitted');
  return scored(withState(linearNetwork(features.base, source.shape, cases.classes.length), head.state), setting);
}

/**
 * Every layer trained, from the backbone or from random weights. Both begin with measured statistics: with few steps they
 * alone are worth more than most weights.
 */
async function trained(backbone: Backbone | undefined, setting: Setting): Promise<number[]> {
  const { snapshot, cases, source, fold } = setting;
  const config = { ...setting.config, mode: backbone ? ('fine-tune' as const) : ('scratch' as const) };
  const engine = chooseEngine(config);
  const start = configuredNetwork(config, snapshot, backbone);
  const network = await reestimateStatistics(start, source, cases.train, engine);
  const root = mkdtempSync(path.join(tmpdir(), 'backbones-'));
  try {
    const files = { last: path.join(root, 'last'), best: path.join(root, 'best') };
    const task = { network, phases: trainingPhases(network, 'all', config), source, cases, config, engine, fold };
    const { best } = await trainFold(
      { ...task, files, key: 'study', checkpointSeconds: 3600 },
      {
        control: new RunControl(),
        onStep: () => undefined,
        onEpoch: () => undefined,
        assertOwned: () => undefined,
      },
    );
    if (!best) throw new Error('no epoch was finished');
    return scored(withState(network, best.state), setting);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Scores of the same test cases by a network that had the backbone, and by one that had not. */
interface Pair extends ScorePair {
  readonly test: readonly number[];
}

/** The mean over pairs (one a number of training cases) of AUROC with less AUROC without. */
function differenceOf(pairs: readonly Pair[], snapshot: Snapshot) {
  const { cases, positive } = snapshot.manifest;
  const test = pairs[0]?.test ?? [];
  const truths = test.map((i) => cases[i]?.className === positive);
  const patients = test.map((i) => cases[i]?.patientId ?? '');
  const difference = pairedAurocDifference(pairs, truths, patients, { seed: 1, resamples: 1000 });
  if (!difference) throw new Error('the test cases lack a class');
  return { ...difference, truths };
}

const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;

type Compare = (setting: Setting) => Promise<readonly [own: number[], other: number[]]>;

interface Comparison {
  readonly rows: readonly (readonly (string | number)[])[];
  readonly isAbove: boolean;
}

/** Where a study is, for all of its comparisons. */
interface Place {
  readonly study: Study;
  readonly snapshot: Snapshot;
  readonly isOver: () => boolean;
  readonly tell: (text: string) => void;
}

async function compare({ study, snapshot, isOver, tell }: Place, folds: number, how: Compare): Promise<Comparison> {
  const pairs: Pair[] = [];
  const rows: (string | number)[][] = [];
  for (const count of SIZES) {
    if (isOver()) {
      rows.push([study.from.name, count, '', '', '', 'not measured']);
      continue;
    }
    const pair = { own: [] as number[], other: [] as number[], test: [] as number[], training: 0 };
    for (let fold = 1; fold <= folds; fold++) {
      const setting = settingOf(snapshot, study, fold, count);
      const [own, other] = await how(setting);
      pair.own.push(...own);
      pair.other.push(...other);
      pair.test.push(...setting.test);
      pair.training += setting.cases.train.length / folds;
    }
    pairs.push(pair);
    const { value, low, high, truths } = differenceOf([pair], snapshot);
    const each = [pair.own, pair.other].map((scores) => (auroc(scores, truths) ?? Number.NaN).toFixed(3));
    const words = `${signed(value)} (${signed(low)} to ${signed(high)})`;
    tell(`${study.from.name}, ${Math.round(pair.training)} cases: ${each.join(' against ')}, ${words}`);
    rows.push([study.from.name, Math.round(pair.training), pair.test.length, ...each, words]);
  }
  if (pairs.length < SIZES.length) return { rows, isAbove: false };
  const { value, low, high } = differenceOf(pairs, snapshot);
  const mean = `${signed(value)} (${signed(low)} to ${signed(high)})`;
  tell(`${study.from.name}, mean: ${mean}`);
  return {
    rows: [...rows, [study.from.name, 'mean of these', pairs[0]?.test.length ?? 0, '', '', mean]],
    isAbove: low > 0,
  };
}

async function compareFrozen(place: Place, backbone: Backbone): Promise<Comparison> {
  return compare(place, place.study.frozenFolds, async (setting) => {
    const { architecture } = backbone.network;
    const config = TrainingConfig.parse({ ...setting.config, architecture });
    const random = configuredNetwork(config, place.snapshot);
    return [await frozen(backbone.network, setting), await frozen(random, setting)];
  });
}

async function compareTuned(place: Place, backbone: Backbone): Promise<Comparison> {
  const { architecture } = backbone.network;
  return compare(place, place.study.tunedFolds, async (each) => {
    const setting = { ...each, config: TrainingConfig.parse({ ...each.config, architecture }) };
    return [await trained(backbone, setting), await trained(undefined, setting)];
  });
}

interface Question {
  readonly name: string;
  readonly title: string;
  readonly note: string;
  readonly folds: (study: Study) => number;
  readonly how: (place: Place, backbone: Backbone) => Promise<Comparison>;
}

async function answer({ note, folds, how }: Question, tell: (text: string) => void): Promise<Report> {
  if (!hasCorpora(nodules, kermany)) return skipped('The corpora are not on this machine.');
  if (!folder) return skipped('GROUNDGLASS_BACKBONE names no backbone: make one with `backbone pretrain`.');
  const backbone = openBackbone(folder);
  const started = performance.now();
  const isOver = () => performance.now() - started > minutes * 60_000;
  const root = mkdtempSync(path.join(tmpdir(), 'backbones-'));
  const results: (Comparison & { readonly name: string })[] = [];
  try {
    for (const study of studies) {
      const snapshot = openSnapshot(await snapshotOf(mkdtempSync(path.join(root, 'snapshots-')), study.from));
      results.push({ name: study.from.name, ...(await how({ study, snapshot, isOver, tell }, backbone)) });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  const lacking = results.filter(({ isAbove }) => !isAbove).map(({ name }) => name);
  const megabytes = (statSync(path.join(folder, 'model.onnx')).size / 1e6).toFixed(1);
  const parts = studies.map((study) => `${folds(study)} of 5 folds of ${study.from.name}`).join(', ');
  return {
    verdict: 'pass',
    summary:
      lacking.length === 0
        ? 'The mean difference and its whole interval are above 0 on every corpus.'
        : `The interval of the mean difference is not above 0 for ${lacking.join(', ')}: no reason to bundle it.`,
    notes: [
      `Backbone: ${backbone.network.architecture}, ${megabytes} MB, SHA-256 ${backbone.sha256.slice(0, 16)}; GROUNDGLASS_BACKBONE names its folder.`,
      note,
      `Test patients are those of ${parts}; none of them is in a training part. Training cases are whole patients drawn from what is left; what is chosen is chosen on the validation part of the fold.`,
      'Intervals: 1,000 resamples of patients, in pairs. One drawing of training cases, one seed.',
    ],
    tables: [
      {
        title: 'AUROC on patients held back',
        columns: ['corpus', 'training cases', 'test cases', 'backbone', 'random weights', 'difference (95 % interval)'],
        rows: results.flatMap(({ rows }) => rows),
      },
    ],
  };
}

const checkOf = (question: Question): Check => ({
  name: question.name,
  title: question.title,
  run: (tell) => answer(question, tell),
});

export const backboneFeatures = checkOf({
  name: 'backbone-features',
  title: 'What a backbone gives: its frozen features against those of random weights',
  note: 'Logistic regression on features pooled at four depths, statistics measured on the training cases, C chosen on validation; random weights: seed 1, everything else the same.',
  folds: ({ frozenFolds }) => frozenFolds,
  how: compareFrozen,
});

export const backboneTuning = checkOf({
  name: 'backbone-tuning',
  title: 'What a backbone gives: fine-tuning against training from random weights',
  note: 'Every layer, AdamW 1e-3, cosine schedule, batch 16, statistics measured on the training cases first, on both sides; epochs 12, 10, 8, 6 for 50, 100, 200, 400 cases; random weights: seed 1.',
  folds: ({ tunedFolds }) => tunedFolds,
  how: compareTuned,
});
