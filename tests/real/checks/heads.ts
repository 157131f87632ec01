import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatasetRecipe } from '../../../main/contract/datasets.ts';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { loadCaseFrame } from '../../../main/learning/dataset/greyFrame.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import { type HeadKind, headKinds } from '../../../main/learning/heads/fitHead.ts';
import { trainWithHead } from '../../../main/learning/heads/trainHeads.ts';
import { evaluateModel } from '../../../main/learning/prediction/evaluateModel.ts';
import { RunControl } from '../../../main/learning/training/runControl.ts';
import { corpus, readCsv } from '../data.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';
import { type LabelledFile, selectionOf } from '../trainOnFiles.ts';

interface Corpus {
  readonly name: string;
  readonly folder: string;
  readonly labels: string;
  readonly columns: { readonly file: string; readonly patient: string; readonly class: string };
  readonly classes: readonly [string, string];
  readonly recipe: object;
  /** What was measured while planning, with PyTorch. */
  readonly planned: number;
  readonly heads: readonly HeadKind[];
}

const corpora: readonly Corpus[] = [
  {
    ...{ name: 'kermany224', folder: 'cxr', labels: 'kermany224/labels.csv', classes: ['NORMAL', 'PNEUMONIA'] },
    columns: { file: 'file', patient: 'patient', class: 'label' },
    recipe: { window: { center: 127.5, width: 255 } },
    ...{ planned: 0.98, heads: ['logistic'] },
  },
  {
    ...{ name: 'lidc-nodules', folder: 'lidc-nodules', labels: 'labels.csv', classes: ['Benign', 'Malign'] },
    columns: { file: 'slice64', patient: 'patient_id', class: 'Diagnosis' },
    recipe: { window: { center: 127.5, width: 255 } },
    ...{ planned: 0.87, heads: headKinds },
  },
  {
    ...{ name: 'nih64', folder: 'cxr', labels: 'nih64/labels.csv', classes: ['normal', 'abnormal'] },
    columns: { file: 'file', patient: 'patient', class: 'label' },
    ...{ recipe: {}, planned: 0.6, heads: ['logistic'] },
  },
];

function filesOf({ folder, labels, columns }: Corpus): LabelledFile[] {
  const root = corpus(folder) ?? '';
  return readCsv(path.join(root, labels)).map((row) => ({
    file: path.join(root, row[columns.file] ?? ''),
    patientId: row[columns.patient] ?? '',
    className: row[columns.class] ?? '',
  }));
}

async function snapshotOf(root: string, { classes, recipe, ...rest }: Corpus): Promise<string> {
  const partition = { kind: 'folds', folds: 5 };
  const how = DatasetRecipe.parse({ target: 'Class', size: 64, partition, ...recipe });
  const selection = selectCases(selectionOf(filesOf({ classes, recipe, ...rest }), classes), how);
  const request = { root, selection, recipe: how, target: 'Class', createdAt: new Date().toISOString() };
  return (await writeSnapshot(request, loadCaseFrame)).directory;
}

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
  const { evaluation } = await evaluateModel(input, hooks);
  const { auroc, nCases, nPatients } = evaluation.perCase;
  return { auroc, nCases, nPatients, secondsPerFold: seconds / folds, settings };
}

async function run(tell: (text: string) => void): Promise<Report> {
  if (!corpus('cxr') || !corpus('lidc-nodules')) return skipped('The corpora are not on this machine.');
  const rows: (string | number)[][] = [];
  const holds: Record<string, boolean> = {};
  for (const each of corpora) {
    const root = mkdtempSync(path.join(tmpdir(), 'heads-'));
    mkdirSync(path.join(root, 'snapshots'));
    try {
      const snapshot = await snapshotOf(path.join(root, 'snapshots'), each);
      for (const head of each.heads) {
        const { auroc, nCases, nPatients, secondsPerFold, settings } = await measure(root, snapshot, head);
        const interval = auroc ? `${auroc.low.toFixed(3)} to ${auroc.high.toFixed(3)}` : '';
        const value = auroc?.value ?? 0;
        tell(`${each.name} ${head}: ${value.toFixed(4)} (${interval}), ${secondsPerFold.toFixed(1)} s a fold`);
        const planned = head === 'logistic' ? each.planned : '';
        rows.push([
          each.name,
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
          holds[`${each.name}: no more than 0.03 below ${each.planned}`] = value >= each.planned - 0.03;
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
