import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { DatasetRecipe } from '../../main/contract/datasets.ts';
import { TrainingConfig } from '../../main/contract/training.ts';
import { aurocEstimate } from '../../main/domain/statistics/aurocInterval.ts';
import { softmax } from '../../main/domain/statistics/scores.ts';
import type { CandidateImage, SelectionInput } from '../../main/learning/dataset/candidates.ts';
import { sha256Hex } from '../../main/learning/dataset/canonicalJson.ts';
import { loadCaseFrame } from '../../main/learning/dataset/greyFrame.ts';
import { openSnapshot, splitOfCases } from '../../main/learning/dataset/openSnapshot.ts';
import { selectCases } from '../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../main/learning/dataset/writeSnapshot.ts';
import { decodeNetwork } from '../../main/learning/network/network.ts';
import { chooseEngine } from '../../main/learning/training/engineChoice.ts';
import { pictureSource } from '../../main/learning/training/inputSource.ts';
import { RunControl } from '../../main/learning/training/runControl.ts';
import { Scorer } from '../../main/learning/training/scorer.ts';
import { trainRun } from '../../main/learning/training/trainRun.ts';

export { dataFolder } from './data.ts';

export interface LabelledFile {
  readonly file: string;
  readonly patientId: string;
  readonly className: string;
}

/** Rows of a CSV as records. */
export function readRows(file: string): Record<string, string>[] {
  return parse(readFileSync(file, 'utf8'), { columns: true, skip_empty_lines: true });
}

/** One image per file, labelled by one reader. */
export function selectionOf(files: readonly LabelledFile[], classes: readonly string[]): SelectionInput {
  const images = files.map(({ file, patientId }, i): CandidateImage => {
    const uid = `2.25.${i + 1}`;
    return {
      ...{ patientId, studyInstanceUid: `${uid}.1`, seriesInstanceUid: `${uid}.2`, sopInstanceUid: `${uid}.3` },
      ...{ sourcePath: file, pixelSha256: sha256Hex(readFileSync(file)), rows: 0, columns: 0, frameCount: 1 },
      ...{ isLossy: false, isRemoved: false, isDamaged: false },
    };
  });
  const labels = images.map((image, i) => ({
    labelId: `label-${i}`,
    revision: 1,
    readerName: 'corpus',
    target: {
      studyInstanceUid: image.studyInstanceUid as never,
      sopInstanceUid: image.sopInstanceUid as never,
      frameNumber: 1,
    },
    value: files[i]?.className ?? '',
  }));
  return { definition: { name: 'Class', scope: 'image', values: classes }, images, labels, seriesFrames: new Map() };
}

export interface RealTraining {
  readonly files: readonly LabelledFile[];
  readonly classes: readonly string[];
  readonly recipe: object;
  readonly config: object;
}

/** Snapshot, training, and the AUROC of the cases that trained nothing: the test split, or out of fold. */
export async function trainOnFiles({ files, classes, recipe, config }: RealTraining) {
  const root = mkdtempSync(path.join(tmpdir(), 'real-'));
  try {
    mkdirSync(path.join(root, 'models'));
    const how = DatasetRecipe.parse({ target: 'Class', ...recipe });
    const selection = selectCases(selectionOf(files, classes), how);
    const started = performance.now();
    const request = { root, selection, recipe: how, target: 'Class', createdAt: new Date().toISOString() };
    const { directory, manifest } = await writeSnapshot(request, loadCaseFrame);
    const snapshotSeconds = (performance.now() - started) / 1000;
    console.log(
      JSON.stringify({ snapshot: manifest.id, counts: manifest.counts, excluded: manifest.excluded, snapshotSeconds }),
    );
    const modelDirectory = path.join(root, 'models', 'model');
    const input = {
      ...{ snapshotDirectory: directory, runDirectory: path.join(root, 'run'), modelDirectory, modelName: 'real' },
      ...{ config: TrainingConfig.parse({ snapshot: 'real', ...config }), resume: false },
      ...{ codeVersion: 'real', createdAt: new Date().toISOString() },
    };
    const outcome = await trainRun(input, {
      control: new RunControl(),
      onProgress: (p) => {
        if (p.kind === 'epoch') console.log(JSON.stringify(p.row));
      },
    });
    const test = await scoreUnseen(directory, modelDirectory);
    return {
      ...test,
      snapshotSeconds,
      trainSeconds: outcome.seconds,
      metrics: outcome.metrics,
      bestEpoch: outcome.bestEpoch,
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function scoreUnseen(snapshotDirectory: string, modelDirectory: string) {
  const snapshot = openSnapshot(snapshotDirectory);
  const { manifest, splits } = snapshot;
  const { cases, classes, positive, preprocessing } = manifest;
  const source = pictureSource(
    snapshot.levelsOf,
    preprocessing,
    TrainingConfig.parse({ snapshot: 'x' }).augmentation,
    1,
    0,
  );
  const isFolds = splits.kind === 'folds';
  const scores: number[] = [];
  const truths: boolean[] = [];
  const patients: string[] = [];
  for (const fold of isFolds ? splits.folds.map((_, i) => i + 1) : [0]) {
    const bytes = readFileSync(path.join(modelDirectory, isFolds ? `fold-${fold}.onnx` : 'model.onnx'));
    const scorer = await Scorer.compile(decodeNetwork(bytes), chooseEngine(TrainingConfig.parse({ snapshot: 'x' })));
    const tested = splitOfCases(snapshot, fold || undefined).flatMap((part, i) => (part === 'test' ? [i] : []));
    const rows = (await scorer.logits(source, tested)).map(softmax);
    tested.forEach((caseIndex, i) => {
      scores.push(rows[i]?.[classes.indexOf(positive ?? '')] ?? 0);
      truths.push(cases[caseIndex]?.className === positive);
      patients.push(cases[caseIndex]?.patientId ?? '');
    });
    await scorer.dispose();
  }
  return { auroc: aurocEstimate(scores, truths, patients), cases: scores.length };
}
