import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { softmax } from '../../../main/domain/statistics/scores.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { compile } from '../../../main/learning/engine/compile.ts';
import { buildGradCam } from '../../../main/learning/network/inference.ts';
import { decodeNetwork } from '../../../main/learning/network/network.ts';
import { float32, float32Data } from '../../../main/learning/network/tensor.ts';
import { pictureSource } from '../../../main/learning/training/inputSource.ts';
import { Scorer } from '../../../main/learning/training/scorer.ts';
import { discSnapshot, newFolder, runInput, smallConfig, train } from './smallRun.ts';

let root: string;
let snapshot: string;
const engine = { engine: 'onnxruntime', device: 'cpu', threads: 1 };
const config = smallConfig({ epochs: 2 });
beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 30, { partition: { kind: 'folds', folds: 3 } });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const networkOf = (run: string, file: string) => decodeNetwork(readFileSync(path.join(root, `${run}-model`, file)));

async function scores(file: string): Promise<number[][]> {
  const { levelsOf, manifest } = openSnapshot(snapshot);
  const source = pictureSource(levelsOf, manifest.preprocessing, config.augmentation, 1, 0);
  const scorer = await Scorer.compile(networkOf('whole', file), engine);
  const logits = await scorer.logits(
    source,
    manifest.cases.map((_, i) => i),
  );
  await scorer.dispose();
  return logits.map(softmax);
}

describe('folds', () => {
  it('train one network each and become one model that averages their scores', async () => {
    const outcome = await train(runInput(root, 'whole', snapshot, config));
    expect(outcome).toMatchObject({ status: 'finished', model: { card: { folds: 3 } } });
    expect(outcome.epochs.map((row) => [row.fold, row.epoch])).toEqual([[1, 1], [1, 2], [2, 1], [2, 2], [3, 1], [3, 2]]); // biome-ignore format: pairs
    const parts = await Promise.all([1, 2, 3].map((fold) => scores(`fold-${fold}.onnx`)));
    const all = await scores('model.onnx');
    all.forEach((row, i) => {
      const mean = parts.reduce((sum, part) => sum + (part[i]?.[1] ?? 0), 0) / 3;
      expect(row[1]).toBeCloseTo(mean, 5);
    });
  });

  it('resume between folds to the same bytes', async () => {
    const paused = await train(runInput(root, 'paused', snapshot, config), (p, control) => {
      if (p.kind === 'step' && p.fold === 2 && p.step === 1) control.pause();
    });
    expect(paused.status).toBe('paused');
    await train(runInput(root, 'paused', snapshot));
    const bytes = (run: string) => readFileSync(path.join(root, `${run}-model`, 'model.onnx'));
    expect(bytes('paused').equals(bytes('whole'))).toBe(true);
  });

  it('are explained together: the gradient of the ensemble reaches every fold', async () => {
    const network = networkOf('whole', 'model.onnx');
    const layer = network.featureLayers.at(-1) ?? '';
    const graph = buildGradCam(network, layer, { batchSize: 1, inputShape: [1, 16, 16] });
    const program = await compile(graph, engine);
    const { levelsOf, manifest } = openSnapshot(snapshot);
    const x = new Float32Array(256);
    pictureSource(levelsOf, manifest.preprocessing, config.augmentation, 1, 0).writePlain(0, x, 0);
    const outputs = await program.run({
      [network.input]: float32([1, 1, 16, 16], x),
      classWeight: float32([1, 2], [0, 1]),
    });
    await program.dispose();
    const gradient = float32Data(outputs[`gradient/${layer}`]);
    const share = gradient.length / 3;
    for (let fold = 0; fold < 3; fold++) {
      expect(gradient.subarray(fold * share, (fold + 1) * share).some((value) => value !== 0)).toBe(true);
    }
  });
});
