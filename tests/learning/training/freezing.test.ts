import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { buildBatchStatistics, statisticNames } from '../../../main/learning/network/batchStatistics.ts';
import { withHeadDropout } from '../../../main/learning/network/headDropout.ts';
import { buildInference, classWeights } from '../../../main/learning/network/inference.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { decodeNetwork, type Network, trainableAfter } from '../../../main/learning/network/network.ts';
import { float32 } from '../../../main/learning/network/tensor.ts';
import { pictureSource } from '../../../main/learning/training/inputSource.ts';
import { freezingOf, phaseOfEpoch, trainingPhases } from '../../../main/learning/training/loop/phases.ts';
import { refuseLargeCache } from '../../../main/learning/training/memoryError.ts';
import { reestimateStatistics } from '../../../main/learning/training/reestimateStatistics.ts';
import { discSnapshot, newFolder, runInput, smallConfig, train } from './smallRun.ts';

const engine = { engine: 'onnxruntime', device: 'cpu', threads: 1 };
let root: string;
let snapshot: string;
let backbonePath: string;
let base: Network;

const networkOf = (name: string) => decodeNetwork(readFileSync(path.join(root, `${name}-model`, 'model.onnx')));
const still = { shift: 0, rotationDegrees: 0, intensity: 0 };

beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 24);
  await train(runInput(root, 'base', snapshot, smallConfig({ epochs: 1 })));
  backbonePath = path.join(root, 'base-model');
  base = networkOf('base');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function tuned(name: string, extra: object): Promise<Network> {
  const config = smallConfig({ mode: 'fine-tune', backbone: 'base', epochs: 2, augmentation: still, ...extra });
  await train({ ...runInput(root, name, snapshot, config), backbonePath });
  return networkOf(name);
}

/** Constants, statistics included, in which two networks differ. */
function changed(before: Network, after: Network): string[] {
  const names = [...after.graph.initializers.keys()].filter((name) => before.graph.initializers.has(name));
  return names.filter((name) => {
    const [a, b] = [before.graph.initializers.get(name)?.data, after.graph.initializers.get(name)?.data];
    return JSON.stringify([...(a ?? [])].map(Number)) !== JSON.stringify([...(b ?? [])].map(Number));
  });
}

describe('freezing', () => {
  it('leaves everything up to the stage as it was, statistics included', async () => {
    const after = await tuned('frozen', { freezeBelow: 'block2' });
    const different = changed(base, after);
    expect(different).toEqual(expect.arrayContaining([...trainableAfter(base, 'block2')]));
    expect(different.filter((name) => /block[12]|bn[12]\./.test(name))).toEqual([]);
    expect(different.filter((name) => statisticNames(base).includes(name)).length).toBeGreaterThan(0);
  });

  it('on cached features learns what it learns on plain pictures', async () => {
    const cached = await tuned('cached', { mode: 'features', freezeBelow: 'block2' });
    const plain = networkOf('frozen');
    for (const name of trainableAfter(base, 'block2')) {
      const [a, b] = [cached, plain].map((network) => network.graph.initializers.get(name)?.data as Float32Array);
      a?.forEach((value, i) => {
        expect(Math.abs(value - (b?.[i] ?? 0))).toBeLessThan(2e-4);
      });
    }
  });

  it('keeps normalisations, scales and statistics, while the rest learns', async () => {
    const different = changed(base, await tuned('norms', { batchNorm: { frozen: true } }));
    const norms = base.graph.nodes.filter(({ opType }) => opType === 'BatchNormalization');
    const ofNorms = norms.flatMap(({ inputs }) => inputs.slice(1).map(String));
    expect(ofNorms.length).toBeGreaterThan(0);
    expect(different.filter((name) => ofNorms.includes(name))).toEqual([]);
    expect(different).toEqual(expect.arrayContaining(base.parameters.filter((name) => !ofNorms.includes(name))));
  });

  it('refuses to cache more than fits, before computing anything', () => {
    expect(() => refuseLargeCache(1000, 1000, 'block1')).not.toThrow();
    expect(() => refuseLargeCache(1e9, 1e6, 'block1')).toThrow(/at block1 take .* GB/);
  });

  it('names the stages where there is none of that name', async () => {
    await expect(tuned('nowhere', { freezeBelow: 'layer9' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/block1/),
    });
  });

  it('unfreezes from the head down, each stage at its share of the rate', () => {
    const config = smallConfig({ mode: 'fine-tune', backbone: 'm', unfreezeEpochs: 2, stageRateFactor: 0.5 });
    const phases = trainingPhases(base, freezingOf(base, config).point, config);
    expect(phases[0]?.trainable).toEqual(base.head);
    expect(phases.at(-1)?.trainable).toEqual(base.parameters);
    expect(phases.map(({ trainable }) => trainable.length)).toEqual(
      phases.map(({ trainable }) => trainable.length).toSorted((a, b) => a - b),
    );
    expect(Object.values(phases.at(-1)?.rateFactors ?? {})).toEqual(phases.map((_, i) => 0.5 ** i));
    expect([1, 2, 3, 4, 5].map((epoch) => phaseOfEpoch(phases.length, 2, epoch))).toEqual([0, 0, 1, 1, 2]);
    expect(phaseOfEpoch(phases.length, 2, 999)).toBe(phases.length - 1);
  });
});

describe('statistics measured anew', () => {
  it('are those of the pictures at every layer', async () => {
    const { levelsOf, manifest } = openSnapshot(snapshot);
    const source = pictureSource(
      levelsOf,
      manifest.preprocessing,
      smallConfig({ augmentation: still }).augmentation,
      1,
      0,
    );
    const cases = [0, 1, 2, 3, 4, 5];
    const random = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 3 });
    const measured = await reestimateStatistics(random, source, cases, engine);
    expect(changed(random, measured).toSorted()).toEqual([...statisticNames(random)].toSorted());
    // One batch holds all cases, so the network on running statistics gives what it gives on those of the batch.
    const x = new Float32Array(6 * 256);
    cases.forEach((caseIndex, i) => {
      source.writePlain(caseIndex, x, i * 256);
    });
    const feeds = { [random.input]: float32([6, 1, 16, 16], x) };
    const seen = interpret(buildBatchStatistics(random, [6, 1, 16, 16]), feeds);
    for (const name of statisticNames(random)) {
      const values = measured.graph.initializers.get(name)?.data as Float32Array;
      seen[`next/${name}`]?.data.forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, 4);
      });
    }
    const again = interpret(buildBatchStatistics(measured, [6, 1, 16, 16]), feeds);
    expect(again).toEqual(seen);
  });
});

describe('dropout before the head', () => {
  it('changes nothing in use, and no heat map weights', () => {
    const dropped = withHeadDropout(base, 0.5);
    const x = float32(
      [2, 1, 16, 16],
      Float32Array.from({ length: 512 }, (_, i) => Math.cos(i)),
    );
    const logits = (network: Network) => interpret(buildInference(network), { [network.input]: x }).logits?.data;
    expect(logits(dropped)).toEqual(logits(base));
    expect(classWeights(dropped)).toEqual(classWeights(base));
  });

  it('takes the place of the one an architecture has', () => {
    const network = architectureOf('mobilenet-v2').build({ channels: 1, classes: 2, seed: 1, isBlank: true });
    const count = ({ graph }: Network) => graph.nodes.filter(({ opType }) => opType === 'Dropout').length;
    expect(count(withHeadDropout(network, 0.5))).toBe(count(network));
  });
});
