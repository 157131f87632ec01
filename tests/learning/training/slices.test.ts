import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SlicePooling } from '../../../main/contract/caseShape.ts';
import { ModelCard } from '../../../main/contract/models.ts';
import { sliceGap } from '../../../main/contract/training/sliceGap.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import { trainWithHead } from '../../../main/learning/heads/trainHeads.ts';

import { pictureSource } from '../../../main/learning/training/inputSource.ts';
import { RunControl } from '../../../main/learning/training/runControl.ts';
import { loadSliceOfDiscs, seriesOfDiscs } from '../dataset/sliceCases.ts';
import { recipe } from '../dataset/syntheticSelection.ts';
import { evaluateClasses } from '../prediction/evaluateClasses.ts';
import { discSnapshot, newFolder, runInput, smallConfig, train } from './smallRun.ts';

let root: string;
let snapshot: string;
const hooks = { progress: () => undefined, signal: new AbortController().signal };

/** One slice in five shows what it is about. */
async function sliceSnapshot(extra: object = {}): Promise<string> {
  const how = recipe({ slices: { count: 5 }, ...extra });
  const selection = selectCases(
    seriesOfDiscs(60, (n) => (n % 7 === 0 ? 5 : 9)),
    how,
  );
  const request = { root, selection, recipe: how, target: 'Finding', createdAt: '2026-01-01T00:00:00Z' };
  return (await writeSnapshot(request, loadSliceOfDiscs)).directory;
}

beforeAll(async () => {
  root = newFolder();
  snapshot = await sliceSnapshot();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const modelOf = (name: string) => readFileSync(path.join(root, `${name}-model`, 'model.onnx'));
const cardOf = (name: string) =>
  ModelCard.parse(JSON.parse(readFileSync(path.join(root, `${name}-model`, 'model-card.json'), 'utf8')));
const evaluated = (name: string, directory = snapshot) =>
  evaluateClasses(
    { modelPath: path.join(root, `${name}-model`), snapshotDirectory: directory, split: 'test', threads: 1 },
    hooks,
  );

describe('training on several slices', () => {
  it.each(SlicePooling.options)(
    '%s: learns what one slice of five shows, and is tested',
    async (pooling) => {
      const config = smallConfig({ pooling, epochs: 14, patience: 14, batchSize: 6, learningRate: 0.005 });
      const { model } = await train(runInput(root, pooling, snapshot, config));
      expect(model?.card).toMatchObject({ pooling, preprocessing: { slices: { count: 5 } } });
      const { evaluation, baselines } = await evaluated(pooling);
      expect(evaluation.perCase.auroc?.value).toBeGreaterThan(0.9);
      expect(baselines.map(({ name }) => name)).toEqual(['prevalence', 'linear-32x32']);
      const { manifest, splits } = openSnapshot(snapshot);
      const seen = manifest.cases.flatMap(({ images = [] }, i) =>
        splits.kind === 'split' && splits.parts[i] !== 'test' ? images.map(({ sha256 }) => sha256) : [],
      );
      expect(cardOf(pooling).seenPixels).toEqual(expect.arrayContaining(seen));
    },
    120_000,
  );

  it.each(SlicePooling.options)(
    '%s: the same bytes again, and after a pause within an epoch',
    async (pooling) => {
      const augmentation = { rotationDegrees: 10, shift: 0.1, noise: 0.1, erasing: 0.5 };
      const config = smallConfig({ pooling, epochs: 2, augmentation, headDropout: 0.3 });
      await train(runInput(root, `${pooling}-a`, snapshot, config));
      await train(runInput(root, `${pooling}-b`, snapshot, config));
      const paused = await train(runInput(root, `${pooling}-c`, snapshot, config), (p, control) => {
        if (p.kind === 'step' && p.epoch === 2 && p.step === 3) control.pause();
      });
      expect(paused.status).toBe('paused');
      await train(runInput(root, `${pooling}-c`, snapshot));
      expect(modelOf(`${pooling}-a`).equals(modelOf(`${pooling}-b`))).toBe(true);
      expect(modelOf(`${pooling}-a`).equals(modelOf(`${pooling}-c`))).toBe(true);
    },
    120_000,
  );

  it('moves all slices of a case alike, with noise of their own', () => {
    const { levelsOf, manifest } = openSnapshot(snapshot);
    const { augmentation } = smallConfig({ augmentation: { rotationDegrees: 20, shift: 0.2, noise: 0.5 } });
    const flat = () => new Uint16Array(5 * 256).map((_, i) => levelsOf(0)[i % 256] ?? 0);
    const source = pictureSource(flat, manifest.preprocessing, augmentation, 1, 0);
    const quiet = pictureSource(flat, manifest.preprocessing, { ...augmentation, noise: 0 }, 1, 0);
    const x = new Float32Array(10 * 256);
    quiet.writeForTraining(0, 1, x, 0);
    expect(x.subarray(512, 768)).toEqual(x.subarray(0, 256));
    source.writeForTraining(0, 1, x, 0);
    expect(x.subarray(512, 768)).not.toEqual(x.subarray(0, 256));
    expect([...new Set(x.subarray(256, 512))]).toEqual([1]);
  });

  it('goes from one picture to slices and back, and from slices to slices with what attention knows', async () => {
    const single = await discSnapshot(root, 40);
    await train(runInput(root, 'single', single, smallConfig({ epochs: 1 })));
    const tuned = (name: string, directory: string, from: string, extra: object) =>
      train({
        ...runInput(root, name, directory, smallConfig({ mode: 'fine-tune', backbone: 'x', epochs: 1, ...extra })),
        backbonePath: path.join(root, from),
      });
    // Patients of the two datasets have the same names: other splits would be refused, so test parts are left empty.
    const all = { partition: { kind: 'split', train: 0.7, val: 0.3, test: 0 } };
    const slices = await sliceSnapshot(all);
    const pictures = await discSnapshot(root, 40, all);
    expect((await tuned('s1', slices, 'single-model', { pooling: 'attention' })).model?.card.pooling).toBe('attention');
    expect((await tuned('s2', slices, 's1-model', { pooling: 'attention', learningRate: 1e-30 })).status).toBe(
      'finished',
    );
    expect((await tuned('s3', pictures, 's1-model', {})).model?.card).not.toHaveProperty('pooling');
  }, 60_000);

  it('caches the features of a frozen base, and trains attention on them', async () => {
    for (const pooling of SlicePooling.options) {
      const config = smallConfig({ mode: 'features', backbone: 'random', pooling, epochs: 2 });
      expect((await train(runInput(root, `frozen-${pooling}`, snapshot, config))).status).toBe('finished');
      expect((await evaluated(`frozen-${pooling}`)).cases.length).toBeGreaterThan(0);
    }
    const part = smallConfig({ mode: 'features', backbone: 'random', freezeBelow: 'block2', epochs: 1 });
    expect((await train(runInput(root, 'frozen-part', snapshot, part))).status).toBe('finished');
  }, 60_000);

  it('fits heads on pooled features; attention is refused with its reason', async () => {
    const fitted = (name: string, extra: object, directory = snapshot) => {
      const config = smallConfig({ mode: 'features', backbone: 'random', ...extra });
      return trainWithHead(runInput(root, name, directory, config), {
        control: new RunControl(),
        onProgress: () => undefined,
      });
    };
    for (const [head, pooling] of [
      ['logistic', 'max'],
      ['forest', 'mean'],
    ] as const) {
      const outcome = await fitted(head, { head, pooling });
      expect(outcome.model?.card).toMatchObject({ head: { kind: head }, pooling });
      expect((await evaluated(head)).evaluation.perCase.auroc?.value).toBeGreaterThan(0.4);
    }
    await expect(fitted('attending', { head: 'svm', pooling: 'attention' })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    expect(sliceGap({ head: 'svm', pooling: 'attention' }, 5)).toMatch(/learned by epochs/);
    expect(sliceGap({ head: 'dense', pooling: 'max' }, undefined)).toMatch(/one picture/);
    expect(sliceGap({ head: 'dense', pooling: 'attention' }, 5)).toBeUndefined();
  }, 60_000);

  it('makes an ensemble of folds that is tested out of fold', async () => {
    const folded = await sliceSnapshot({ partition: { kind: 'folds', folds: 3 } });
    await train(runInput(root, 'folded', folded, smallConfig({ epochs: 1, pooling: 'attention' })));
    const result = await evaluated('folded', folded);
    expect(result).toMatchObject({ outOfFold: true, cases: { length: 60 } });
  }, 60_000);

  it('refuses pooling where a case is one picture, and other slices than the model knows', async () => {
    const single = await discSnapshot(root, 40);
    const pooled = train(runInput(root, 'no-slices', single, smallConfig({ pooling: 'max' })));
    await expect(pooled).rejects.toMatchObject({ code: 'invalid-input' });
    const fewer = await sliceSnapshot({ slices: { count: 3 } });
    await expect(evaluated('mean', fewer)).rejects.toMatchObject({ code: 'shape-mismatch' });
    await expect(evaluated('mean', single)).rejects.toMatchObject({ code: 'shape-mismatch' });
  });
});
