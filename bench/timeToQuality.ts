import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { TrainingConfig } from '../main/contract/training.ts';
import { openSnapshot } from '../main/learning/dataset/openSnapshot.ts';
import { trainWithHead } from '../main/learning/heads/trainHeads.ts';
import { RunControl } from '../main/learning/training/runControl.ts';
import { type Corpus, hasCorpora, kermany, nodules, snapshotOf } from '../tests/real/corpora.ts';
import { torchGap, trainWithTorch } from '../tests/real/peer/torchTraining.ts';
import { type Bench, type BenchResult, type Figure, rounds } from './bench.ts';
import { inTemporaryFolder } from './commandLine.ts';
import { summarise } from './numbers.ts';

/** What a party has reached, and when: seconds of processor time since it was told to begin. */
interface Reached {
  readonly valAuroc: number;
  readonly seconds: number;
}

interface Study {
  readonly from: Corpus;
  readonly cases: number;
  /** Of the training of all layers, on both sides. */
  readonly config: object;
}

const CASES = 400;

const studies: readonly Study[] = [
  {
    ...{ from: nodules, cases: 537 },
    config: { epochs: 10, augmentation: { flipHorizontal: true, flipVertical: true, rotationDegrees: 45 } },
  },
  { ...{ from: kermany, cases: 1003 }, config: { epochs: 6, augmentation: { flipHorizontal: true } } },
];

/** How far under the best of PyTorch counts as its quality. */
const MARGIN = 0.01;

interface Contender {
  readonly title: string;
  readonly words: string;
  readonly config: object;
  /** Folder of the model to start from. */
  readonly backbonePath?: string;
}

/** GROUNDGLASS_BACKBONE names a folder that `backbone pretrain` made, or another model to start from. */
const backbonePath = process.env.GROUNDGLASS_BACKBONE;

const pretrained: Contender[] =
  backbonePath === undefined
    ? []
    : [
        {
          title: 'pretrained frozen base, fitted head',
          words: '--backbone FOLDER --head logistic',
          config: { mode: 'features', backbone: backbonePath, head: 'logistic' },
          backbonePath,
        },
      ];

/** GROUNDGLASS_FITTED_ONLY: without the party that takes longest. */
const partly: Contender[] = process.env.GROUNDGLASS_FITTED_ONLY
  ? []
  : [
      {
        title: 'frozen up to layer2, the rest trained on cached features',
        words: '--mode features --backbone random --freeze-below layer2 --reestimate-batch-norm',
        config: { mode: 'features', backbone: 'random', freezeBelow: 'layer2', batchNorm: { reestimated: true } },
      },
    ];

/** What of ours runs against PyTorch; each is one command line away. */
const parties: readonly Contender[] = [
  {
    title: 'random frozen base, fitted head',
    words: '--mode features --backbone random --head logistic',
    config: { mode: 'features', backbone: 'random', head: 'logistic' },
  },
  ...pretrained,
  ...partly,
];

const configOf = (settings: object): TrainingConfig =>
  TrainingConfig.parse({ snapshot: 'bench', patience: 1000, threads: availableParallelism(), ...settings });

/** Processor time from the call on: preparing graphs, statistics and features are part of it. */
async function trainOurs(
  folder: string,
  snapshotDirectory: string,
  settings: object,
  party: Contender,
): Promise<Reached[]> {
  const config = configOf({ ...settings, ...party.config });
  mkdirSync(folder);
  const before = process.cpuUsage();
  const reached: Reached[] = [];
  await trainWithHead(
    {
      ...{ snapshotDirectory, runDirectory: path.join(folder, 'run'), modelDirectory: path.join(folder, 'model') },
      ...(party.backbonePath !== undefined && { backbonePath: party.backbonePath }),
      ...{ modelName: 'bench', config, resume: false, codeVersion: 'bench', createdAt: new Date().toISOString() },
    },
    {
      control: new RunControl(),
      onProgress: (progress) => {
        if (progress.kind !== 'epoch') return;
        const { user, system } = process.cpuUsage(before);
        reached.push({ valAuroc: progress.row.valAuroc ?? 0, seconds: (user + system) / 1e6 });
      },
    },
  );
  return reached;
}

const bestOf = (reached: readonly Reached[]): number => Math.max(...reached.map(({ valAuroc }) => valAuroc));

const secondsTo = (reached: readonly Reached[], target: number): number | undefined =>
  reached.find(({ valAuroc }) => valAuroc >= target)?.seconds;

interface Round {
  /** Of PyTorch, then of each of ours. */
  readonly best: readonly number[];
  readonly seconds: readonly (number | undefined)[];
  readonly spent: readonly number[];
}

async function raceOnce(
  folder: string,
  snapshotDirectory: string,
  study: Study,
  seed: number,
  tell: (text: string) => void,
): Promise<Round & { readonly version: string }> {
  const config = configOf({ ...study.config, seed });
  const peer = { folder: path.join(folder, 'peer'), snapshotDirectory, config, folds: [] };
  const outcome = await trainWithTorch({ ...peer, threads: availableParallelism(), testing: false }, () => undefined);
  const theirs = outcome.epochs.map(({ valAuroc, cpuSeconds }) => ({ valAuroc, seconds: cpuSeconds }));
  const all = [theirs];
  for (const [i, party] of parties.entries())
    all.push(await trainOurs(path.join(folder, `ours-${i}`), snapshotDirectory, config, party));
  const target = bestOf(theirs) - MARGIN;
  const titles = ['PyTorch, all layers', ...parties.map(({ title }) => title)];
  const round = {
    best: all.map(bestOf),
    seconds: all.map((reached) => secondsTo(reached, target)),
    spent: all.map((reached) => reached.at(-1)?.seconds ?? 0),
  };
  titles.forEach((title, i) => {
    const [best = 0, seconds, spent = 0] = [round.best[i], round.seconds[i], round.spent[i]];
    const when = seconds === undefined ? `not reached in ${spent.toFixed(1)} s` : `${seconds.toFixed(1)} s`;
    tell(`${study.from.name}, seed ${seed}, ${title}: ${target.toFixed(3)} ${when}, best ${best.toFixed(3)}`);
  });
  return { ...round, version: outcome.version };
}

function figuresOf({ from }: Study, all: readonly Round[]): { figures: Figure[]; notes: string[] } {
  const figures: Figure[] = [];
  const notes: string[] = [];
  const column = (key: 'best' | 'spent', i: number) => all.map((round) => round[key][i] ?? 0);
  parties.forEach(({ title }, at) => {
    const i = at + 1;
    const quantity = `${from.name}, ${title}`;
    const reached = all.filter(({ seconds }) => seconds[i] !== undefined && seconds[0] !== undefined);
    if (reached.length > 0) {
      const own = reached.map(({ seconds }) => seconds[i] ?? 0);
      const theirs = reached.map(({ seconds }) => seconds[0] ?? 0);
      const ratio = summarise(own.map((value, k) => value / (theirs[k] ?? Number.NaN)));
      figures.push({ quantity, unit: 's', own: summarise(own), peer: summarise(theirs), ratio });
    }
    if (reached.length < all.length) {
      const spent = summarise(column('spent', i)).median.toFixed(1);
      notes.push(
        `${quantity}: not reached with ${all.length - reached.length} of ${all.length} seeds, after ${spent} s (median).`,
      );
    }
    const best = { own: summarise(column('best', i)), peer: summarise(column('best', 0)) };
    figures.push({ quantity: `${quantity}: best on validation`, unit: 'AUROC', ...best });
  });
  return { figures, notes };
}

async function race(study: Study, tell: (text: string) => void) {
  return inTemporaryFolder(async (root) => {
    const snapshots = path.join(root, 'snapshots');
    mkdirSync(snapshots);
    const train = CASES / study.cases;
    const snapshot = await snapshotOf(snapshots, study.from, { kind: 'split', train, val: 1 - train, test: 0 });
    const { splits } = openSnapshot(snapshot);
    const parts = splits.kind === 'split' ? splits.parts : [];
    const count = (part: string) => parts.filter((each) => each === part).length;
    const all: (Round & { readonly version: string })[] = [];
    for (let seed = 1; seed <= rounds(1); seed++) {
      const folder = path.join(root, `seed-${seed}`);
      mkdirSync(folder);
      all.push(await raceOnce(folder, snapshot, study, seed, tell));
    }
    const sizes = `${study.from.name} ${count('train')} training and ${count('val')} validation cases`;
    return { ...figuresOf(study, all), sizes, version: all[0]?.version };
  });
}

async function run(tell: (text: string) => void): Promise<BenchResult> {
  const gap = hasCorpora(nodules, kermany) ? torchGap() : 'The corpora are not on this machine.';
  if (gap) return { conditions: 'not measured', figures: [], notes: [gap] };
  const results = [];
  for (const study of studies) results.push(await race(study, tell));
  return {
    conditions: `ResNet-18, 64 px, batch 16, AdamW 1e-3, cosine schedule, augmentation where layers see pictures; ${results.map(({ sizes }) => sizes).join('; ')}; ${availableParallelism()} thread(s)`,
    figures: results.flatMap(({ figures }) => figures),
    notes: [
      `Peer: PyTorch ${results[0]?.version} on the CPU, every layer from the very same starting weights (tests/real/peer/trainPeer.py)`,
      `Seconds of processor time until the validation AUROC first reaches PyTorch's best less ${MARGIN}; ratio: ours divided by PyTorch's own time to it. Ours count from the call on (graphs, statistics, features), PyTorch's from its first step`,
      ...parties.map(({ title, words }) => `${title}: \`train ${words}\``),
      ...results.flatMap(({ notes }) => notes),
    ],
  };
}

export const timeToQuality: Bench = { name: 'time-to-quality', title: 'Time to the quality of PyTorch', run };
