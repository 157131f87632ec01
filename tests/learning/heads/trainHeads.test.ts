import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startingGap } from '../../../main/contract/training/startingGap.ts';
import type { TrainingConfig } from '../../../main/contract/training.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { compile } from '../../../main/learning/engine/compile.ts';
import { extractFeatures } from '../../../main/learning/heads/extractFeatures.ts';
import { featureNetwork, linearNetwork } from '../../../main/learning/heads/featureNetwork.ts';
import { trainWithHead } from '../../../main/learning/heads/trainHeads.ts';
import { buildFeatures, buildInference, classWeights } from '../../../main/learning/network/inference.ts';
import { decodeNetwork } from '../../../main/learning/network/network.ts';
import { float32, float32Data } from '../../../main/learning/network/tensor.ts';
import { loadModel, whyNoMap } from '../../../main/learning/prediction/loadModel.ts';
import { pictureSource } from '../../../main/learning/training/inputSource.ts';
import { RunControl } from '../../../main/learning/training/runControl.ts';
import { openBackbone, startingNetwork } from '../../../main/learning/training/startingNetwork.ts';
import { evaluateClasses } from '../prediction/evaluateClasses.ts';
import { discSnapshot, newFolder, runInput, smallConfig } from '../training/smallRun.ts';

const engine = { engine: 'onnxruntime', device: 'cpu', threads: 1 };
const heads = ['logistic', 'svm', 'forest', 'knn'] as const;
let root: string;
let snapshot: string;
let folds: string;
beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 60);
  folds = await discSnapshot(root, 36, { partition: { kind: 'folds', folds: 3, repeats: 2 } });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const configOf = (head: TrainingConfig['head']): TrainingConfig =>
  smallConfig({ mode: 'features', backbone: 'random', head });

function fitHead(name: string, head: TrainingConfig['head'], directory = snapshot) {
  const input = runInput(root, name, directory, configOf(head));
  return trainWithHead(input, { control: new RunControl(), onProgress: () => undefined });
}

const evaluate = (name: string, directory = snapshot) =>
  evaluateClasses(
    { modelPath: path.join(root, `${name}-model`), snapshotDirectory: directory, split: 'test', threads: 1 },
    { progress: () => undefined, signal: new AbortController().signal },
  );

describe.each(heads)('%s', (head) => {
  it('is fitted on a frozen base, evaluated and loaded like any model', async () => {
    const outcome = await fitHead(head, head);
    expect(outcome).toMatchObject({ status: 'finished', model: { card: { head: { kind: head } } } });
    const { evaluation } = await evaluate(head);
    expect(evaluation.perCase.auroc?.value).toBeGreaterThan(0.8);
    const isTable = head === 'forest' || head === 'knn';
    expect(existsSync(path.join(root, `${head}-model`, 'model.head.json'))).toBe(isTable);
    const model = loadModel(path.join(root, `${head}-model`), engine);
    const [network] = model.networks;
    const program = await network?.inference();
    const { size } = model.preprocessing;
    const outputs = await program?.run({
      [network?.network.input ?? '']: float32([1, 1, size, size], new Float32Array(size * size)),
    });
    expect(outputs?.logits?.shape).toEqual([1, 2]);
    if (isTable) {
      expect(() => network?.explainer('gradcam')).toThrow(/no heat map/);
      expect(whyNoMap(model)).toMatch(/no heat map/);
      expect(() => loadModel(path.join(root, `${head}-model`, 'model.onnx'), engine)).toThrow(/give the folder/);
    } else {
      expect(whyNoMap(model)).toBeUndefined();
      await expect(network?.explainer('cam')).resolves.toBeDefined();
    }
    await model.dispose();
  });

  it('gives the same bytes again', async () => {
    await fitHead(`${head}-again`, head);
    for (const file of ['model.onnx', 'model.head.json']) {
      const at = (name: string) => path.join(root, `${name}-model`, file);
      if (existsSync(at(head))) expect(readFileSync(at(`${head}-again`)).equals(readFileSync(at(head)))).toBe(true);
    }
  });
});

describe('folds that are dealt out twice', () => {
  it.each(['logistic', 'knn'] as const)('%s: each case counts once, averaged over its networks', async (head) => {
    await fitHead(`folds-${head}`, head, folds);
    const { evaluation, outOfFold, folds: parts, cases } = await evaluate(`folds-${head}`, folds);
    expect(outOfFold).toBe(true);
    expect(evaluation.perCase.nCases).toBe(36);
    expect(new Set(cases.map(({ caseIndex }) => caseIndex)).size).toBe(36);
    expect(cases.every(({ folds: by }) => by?.length === 2)).toBe(true);
    expect(new Set(cases.flatMap(({ folds: by }) => by ?? [])).size).toBe(6);
    expect(parts?.map(({ title, nCases }) => [title, nCases])).toEqual([
      ['Repeat 1', 36],
      ['Repeat 2', 36],
    ]);
  });
});

describe('pooled features', () => {
  it('are the means of the maps at several depths, and a heat map adds up to the logit', async () => {
    const opened = openSnapshot(snapshot);
    const { manifest } = opened;
    const config = configOf('logistic');
    const base = startingNetwork(config, opened);
    const source = pictureSource(opened.levelsOf, manifest.preprocessing, config.augmentation, 1, 0);
    const features = await extractFeatures(featureNetwork(base, source.shape), source, [0], { engine });
    const x = new Float32Array(source.shape[1] * source.shape[2]);
    source.writePlain(0, x, 0);
    const image = { [base.input]: float32([1, ...source.shape], x) };
    const expected: number[] = [];
    for (const layer of base.featureLayers.slice(-4)) {
      const program = await compile(buildFeatures(base, layer), engine);
      const map = (await program.run(image))[layer];
      const [, channels = 0, rows = 1, columns = 1] = map?.shape ?? [];
      const values = float32Data(map);
      for (let c = 0; c < channels; c++)
        expected.push(
          values.subarray(c * rows * columns, (c + 1) * rows * columns).reduce((a, b) => a + b, 0) / (rows * columns),
        );
      await program.dispose();
    }
    expect(features.columns).toBe(expected.length);
    features.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4);
    });

    const network = decodeNetwork(readFileSync(path.join(root, 'logistic-model', 'model.onnx')));
    const [layer = ''] = network.featureLayers;
    const program = await compile(buildInference(network, { features: [layer] }), engine);
    const outputs = await program.run(image);
    const weights = float32Data(classWeights(network));
    const map = float32Data(outputs[layer]);
    const cells = map.length / features.columns;
    let sum = Number(network.graph.initializers.get('head.bias')?.data[1]);
    for (let c = 0; c < features.columns; c++)
      for (let p = 0; p < cells; p++) sum += ((weights[features.columns + c] ?? 0) * (map[c * cells + p] ?? 0)) / cells;
    expect(sum).toBeCloseTo(float32Data(outputs.logits)[1] ?? Number.NaN, 4);
    await program.dispose();
  });
});

it('a model with a fitted head is a base for another: its pooled features are taken as they are', async () => {
  const opened = openSnapshot(snapshot);
  const { manifest } = opened;
  const backbone = openBackbone(path.join(root, 'logistic-model'));
  const config = configOf('svm');
  const base = startingNetwork(config, opened, backbone);
  const source = pictureSource(opened.levelsOf, manifest.preprocessing, config.augmentation, 1, 0);
  const features = await extractFeatures(featureNetwork(base, source.shape), source, [0, 1], { engine });
  const before = await extractFeatures(featureNetwork(backbone.network, source.shape), source, [0, 1], { engine });
  expect(features).toEqual(before);
  expect(linearNetwork(base, source.shape, 2).head).toEqual(['head.weight', 'head.bias']);
});

it('says why a head cannot start', () => {
  expect(startingGap(smallConfig({ head: 'knn' }))).toMatch(/frozen base/);
  expect(startingGap(configOf('forest'))).toBeUndefined();
});
