import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { type HeadKind, headKinds } from '../../../main/learning/heads/fitHead.ts';
import { trainWithHead } from '../../../main/learning/heads/trainHeads.ts';
import { RunControl } from '../../../main/learning/training/runControl.ts';
import { evaluateClasses } from '../../learning/prediction/evaluateClasses.ts';
import { type Corpus, hasCorpora, kermany, nih, nodules, snapshotOf } from '../corpora.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';

/** `planned`: what was measured while planning, with PyTorch. */
const studies: readonly { readonly from: Corpus; readonly planned: number; readonly heads: readonly HeadKind[] }[] = [
  { from: kermany, planned: 0.98, heads: ['logistic'] },
  { from: nodules, planned: 0.87, heads: headKinds },
  { from: nih, planned: 0.6, heads: ['logistic'] },
];

async function measure(root: string, snapshotDirectory: string, head: HeadKind) {
  const modelDirectory = path.join(root, `model-${head}`);
  const config = TrainingConfig.parse({ snapshot: 'real', mode: 'features', backbone: 'random', head });
  const started = performance.now();
  const outcome = await trainWithHead(
    {
      ...{ snapshotDirectory, runDirectory: path.join(root, `run-${head}`), modelDirectory, modelName: head, config },
      ...{ resume: false, codeVersion: 'real', createdAt: new Date().toISOString() },
    },
    { control: new RunControl(), onProgress: () => undefined },
  );
  const seconds = (performance.now() - started) / 1000;
  const folds = outcome.epochs.length;
  const settings = outcome.model?.card.head?.settings.map((each) => Object.values(each).join('/')).join(', ') ?? '';
  const input = { modelPath: modelDirectory, snapshotDirectory, split: 'test', threads: 2 };
  const hooks = { progress: () => undefined, signal: new AbortController().signal };
  const { evaluation } = await evaluateClasses(input, hooks);
  const { auroc, nCases, nPatients } = evaluation.perCase;
  return { auroc, nCases, nPatients, secondsPerFold: seconds / folds, settings };
}

async function run(tell: (text: string) => void): Promise<Report> {
  if (!hasCorpora(kermany, nodules, nih)) return skipped('The corpora are not on this machine.');
  const rows: (string | number)[][] = [];
  const holds: Record<string, boolean> = {};
  for (const { from, ...each } of studies) {
    const root = mkdtempSync(path.join(tmpdir(), 'heads-'));
    mkdirSync(path.join(root, 'snapshots'));
    try {
      const snapshot = await snapshotOf(path.join(root, 'snapshots'), from);
      for (const head of each.heads) {
        const { auroc, nCases, nPatients, secondsPerFold, settings } = await measure(root, snapshot, head);
        const interval = auroc ? `${auroc.low.toFixed(3)} to ${auroc.high.toFixed(3)}` : '';
        const value = auroc?.value ?? 0;
        tell(`${from.name} ${head}: ${value.toFixed(4)} (${interval}), ${secondsPerFold.toFixed(1)} s a fold`);
        const planned = head === 'logistic' ? each.planned : '';
        rows.push([
          from.name,
          head,
          nCases,
          nPatients,
          value.toFixed(4),
          interval,
          planned,
          secondsPerFold.toFixed(1),
          settings,
        ]);
        if (head === 'logistic')
          holds[`${from.name}: no more than 0.03 below ${each.planned}`] = value >= each.planned - 0.03;
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
  return {
    ...verdictOf(holds),
    notes: [
      'ResNet-18 with random weights (seed 1), frozen; batch-norm statistics measured on the training images; features averaged at four depths; 64 px; settings chosen on validation patients.',
      'Planned: what PyTorch reached on a split of its own while this was planned. `tests/real/randomBasePeer.py` repeats it on the folds of a snapshot.',
      '5 folds by patient, each case scored by the fold that had not seen its patient; one pooled AUROC, its interval clustered by patient.',
      'Seconds are for statistics, features and every setting of one fold, on a machine that may have been busy with other work.',
    ],
    tables: [
      {
        title: 'Heads on a random frozen base',
        columns: [
          'corpus',
          'head',
          'cases',
          'patients',
          'AUROC',
          '95 % interval',
          'planned',
          's per fold',
          'settings by fold',
        ],
        rows,
      },
    ],
  };
}

export const heads: Check = {
  name: 'heads',
  title: 'Fitted heads on the pooled features of a random frozen base',
  run,
};
