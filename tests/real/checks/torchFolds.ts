import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { aurocEstimate } from '../../../main/domain/statistics/aurocInterval.ts';
import type { Estimate } from '../../../main/domain/statistics/estimate.ts';
import { pairedAurocDifference, type ScorePair } from '../../../main/domain/statistics/pairedAuroc.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { RunControl } from '../../../main/learning/training/runControl.ts';
import { trainRun } from '../../../main/learning/training/trainRun.ts';
import { evaluateClasses } from '../../learning/prediction/evaluateClasses.ts';
import { type Corpus, hasCorpora, kermany, measuredOf, nodules, snapshotOf } from '../corpora.ts';
import { torchGap, trainWithTorch } from '../peer/torchTraining.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';

interface Study {
  readonly architecture: TrainingConfig['architecture'];
  readonly title: string;
  readonly learningRate: number;
  readonly seeds: number;
  /** By corpus. */
  readonly epochs: Readonly<Record<string, number>>;
}

const corpora: readonly { readonly from: Corpus; readonly augmentation: object }[] = [
  { from: nodules, augmentation: { flipHorizontal: true, flipVertical: true, rotationDegrees: 45 } },
  { from: kermany, augmentation: { flipHorizontal: true } },
];

/** GROUNDGLASS_EPOCHS: for a quick look at whether everything runs. */
const quickly = process.env.GROUNDGLASS_EPOCHS ? { epochs: Number(process.env.GROUNDGLASS_EPOCHS) } : {};

/** How far PyTorch may be ahead. */
const MARGIN = 0.01;

/** The score of the positive class of every case, by its position in the snapshot. */
interface Party {
  readonly scores: readonly number[];
  readonly cpuSeconds: number;
}

interface Task {
  /** Of this one training. */
  readonly root: string;
  readonly snapshotDirectory: string;
  readonly config: TrainingConfig;
  readonly say: (text: string) => void;
}

async function trainOurs({ root, snapshotDirectory, config, say }: Task) {
  const modelDirectory = path.join(root, 'model');
  const before = process.cpuUsage();
  await trainRun(
    {
      ...{ snapshotDirectory, runDirectory: path.join(root, 'run'), modelDirectory, modelName: 'ours', config },
      ...{ resume: false, codeVersion: 'real', createdAt: new Date().toISOString() },
    },
    {
      control: new RunControl(),
      onProgress: (progress) => {
        if (progress.kind !== 'epoch' || progress.row.epoch !== config.epochs) return;
        say(`ours, fold ${progress.row.fold}: validation AUROC ${progress.row.valAuroc?.toFixed(3)}`);
      },
    },
  );
  const { user, system } = process.cpuUsage(before);
  const hooks = { progress: () => undefined, signal: new AbortController().signal };
  const input = { modelPath: modelDirectory, snapshotDirectory, split: 'test', threads: availableParallelism() };
  const { cases, baselines } = await evaluateClasses(input, hooks);
  const { classes, positive } = openSnapshot(snapshotDirectory).manifest;
  const column = classes.indexOf(positive ?? '');
  const scores: number[] = [];
  for (const each of cases) scores[each.caseIndex] = each.scores[column] ?? 0;
  const party: Party = { scores, cpuSeconds: (user + system) / 1e6 };
  return { party, baselines };
}

async function trainTheirs({ root, snapshotDirectory, config, say }: Task) {
  const { splits } = openSnapshot(snapshotDirectory);
  const folds = splits.kind === 'folds' ? splits.folds.map((_, i) => i + 1) : [];
  const job = { folder: path.join(root, 'peer'), snapshotDirectory, config, folds };
  const outcome = await trainWithTorch({ ...job, threads: availableParallelism(), testing: true }, (row) => {
    if (row.epoch === config.epochs) say(`PyTorch, fold ${row.fold}: validation AUROC ${row.valAuroc.toFixed(3)}`);
  });
  const scores: number[] = [];
  for (const fold of outcome.folds)
    fold.cases.forEach((caseIndex, i) => {
      scores[caseIndex] = fold.scores[i] ?? 0;
    });
  const last = outcome.epochs.filter(({ epoch }) => epoch === config.epochs);
  const cpuSeconds = last.reduce((sum, row) => sum + row.cpuSeconds, 0);
  return { party: { scores, cpuSeconds } satisfies Party, version: outcome.version };
}

const plain = (value: number) => value.toFixed(4);
const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
const cells = (estimate: Pick<Estimate, 'value' | 'low' | 'high'> | undefined, words = plain): [string, string] =>
  estimate ? [words(estimate.value), `${words(estimate.low)} to ${words(estimate.high)}`] : ['not defined', ''];

type Row = readonly (string | number)[];

async function measure({ from, augmentation }: (typeof corpora)[number], study: Study, tell: (text: string) => void) {
  const root = mkdtempSync(path.join(tmpdir(), 'torch-folds-'));
  try {
    mkdirSync(path.join(root, 'snapshots'));
    const snapshotDirectory = await snapshotOf(path.join(root, 'snapshots'), from);
    const { manifest } = openSnapshot(snapshotDirectory);
    const truths = manifest.cases.map(({ className }) => className === manifest.positive);
    const patients = manifest.cases.map(({ patientId }) => patientId);
    const estimateOf = (scores: readonly number[]) => aurocEstimate(scores, truths, patients);
    const rows: Row[] = [];
    const pairs: ScorePair[] = [];
    let [version, baselines]: [string, Awaited<ReturnType<typeof trainOurs>>['baselines']] = ['', []];
    for (let seed = 1; seed <= study.seeds; seed++) {
      const { architecture, learningRate } = study;
      const settings = { architecture, learningRate, seed, augmentation, epochs: study.epochs[from.name] };
      const usual = { snapshot: 'real', patience: 1000, threads: availableParallelism() };
      const config = TrainingConfig.parse({ ...usual, ...settings, ...quickly });
      const say = (text: string) => tell(`${from.name}, seed ${seed}, ${text}`);
      const task: Task = { root: path.join(root, `seed-${seed}`), snapshotDirectory, config, say };
      mkdirSync(task.root);
      const theirs = await trainTheirs(task);
      const ours = await trainOurs(task);
      [version, baselines] = [theirs.version, ours.baselines];
      for (const [title, { scores, cpuSeconds }] of [['ours', ours.party] as const, ['PyTorch', theirs.party] as const])
        rows.push([from.name, `${title}, seed ${seed}`, ...cells(estimateOf(scores)), Math.round(cpuSeconds)]);
      pairs.push({ own: ours.party.scores, other: theirs.party.scores });
    }
    const measured = measuredOf(from, manifest.cases);
    if (measured) rows.push([from.name, `${from.measured?.title} alone`, ...cells(estimateOf(measured)), '']);
    for (const { name, auroc } of baselines)
      if (auroc) rows.push([from.name, `baseline: ${name}`, ...cells(auroc), '']);
    const options = { seed: 1, resamples: 2000 };
    const difference = pairedAurocDifference(pairs, truths, patients, options);
    const differences: Row[] = [[from.name, 'ours less PyTorch', ...cells(difference, signed)]];
    if (measured) {
      const beside = pairs.map(({ own }) => ({ own, other: measured }));
      const words = cells(pairedAurocDifference(beside, truths, patients, options), signed);
      differences.push([from.name, `ours less ${from.measured?.title}`, ...words]);
    }
    tell(`${from.name}, difference ${cells(difference, signed).join(', ')}`);
    const sizes = `${from.name} ${truths.length} cases of ${new Set(patients).size} patients`;
    return { rows, differences, holds: (difference?.value ?? Number.NEGATIVE_INFINITY) >= -MARGIN, version, sizes };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function compare(study: Study, tell: (text: string) => void): Promise<Report> {
  if (!hasCorpora(nodules, kermany)) return skipped('The corpora are not on this machine.');
  const gap = torchGap();
  if (gap) return skipped(gap);
  const results: ({ readonly from: Corpus } & Awaited<ReturnType<typeof measure>>)[] = [];
  for (const each of corpora) results.push({ from: each.from, ...(await measure(each, study, tell)) });
  const words = ({ from, holds }: (typeof results)[number]) => [
    `${from.name}: no more than ${MARGIN} under PyTorch`,
    holds,
  ];
  const epochs = corpora.map(({ from }) => `${from.name} ${study.epochs[from.name]}`).join(', ');
  const seeds = study.seeds > 1 ? `Seeds 1 to ${study.seeds}; differences are means over them.` : 'One seed.';
  return {
    ...verdictOf(Object.fromEntries(results.map(words))),
    notes: [
      `Peer: PyTorch ${results[0]?.version} on the CPU (tests/real/peer/trainPeer.py), ${availableParallelism()} thread(s) each; ${results.map(({ sizes }) => sizes).join(', ')}.`,
      `${study.title} from scratch, every layer, 64 px, batch 16, AdamW ${study.learningRate} with weight decay 1e-4 on filters, cosine schedule, classes weighted alike; epochs: ${epochs}. The best epoch is the one with the smallest validation loss, on both sides.`,
      'Both have the same pictures (the tensors of the snapshot), folds, starting weights and kinds of augmentation; the order of cases and the draws of augmentation are each its own.',
      `${seeds} Intervals are about other patients, not about other seeds.`,
      'AUROC pooled out of fold, each case scored by the fold that had not seen its patient; intervals clustered by patient; of differences by 2,000 resamples of patients, in pairs.',
      'Seconds are processor time of training and validation (ours with preparing the graphs and writing checkpoints).',
    ],
    tables: [
      {
        title: 'AUROC',
        columns: ['corpus', 'what', 'AUROC', '95 % interval', 'CPU s'],
        rows: results.flatMap(({ rows }) => rows),
      },
      {
        title: 'Differences, in pairs',
        columns: ['corpus', 'difference', 'AUROC', '95 % interval'],
        rows: results.flatMap(({ differences }) => differences),
      },
    ],
  };
}

const checkOf = (name: string, study: Study): Check => ({
  name,
  title: `The same folds as PyTorch: ${study.title} on nodules and chest films`,
  run: (tell) => compare(study, tell),
});

export const torchFolds = checkOf('torch-folds', {
  ...{ architecture: 'small-cnn', title: 'small CNN', learningRate: 3e-3, seeds: 1 },
  epochs: { 'lidc-nodules': 12, kermany224: 6 },
});

export const torchFoldsResnet = checkOf('torch-folds-resnet18', {
  ...{ architecture: 'resnet18', title: 'ResNet-18', learningRate: 1e-3, seeds: 1 },
  epochs: { 'lidc-nodules': 12, kermany224: 8 },
});
