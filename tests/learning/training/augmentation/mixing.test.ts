import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Augmentation, noAugmentation } from '../../../../main/contract/augmentation.ts';
import type { Preprocessing } from '../../../../main/contract/models.ts';
import { randomStream } from '../../../../main/domain/random.ts';
import { int } from '../../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../../main/learning/network/interpret.ts';
import type { Network } from '../../../../main/learning/network/network.ts';
import { float32 } from '../../../../main/learning/network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState, nextName } from '../../../../main/learning/network/trainStep.ts';
import { areaOf } from '../../../../main/learning/training/augmentation/erase.ts';
import { mixBatch } from '../../../../main/learning/training/augmentation/mixBatch.ts';
import { drawMixture, symmetricBeta } from '../../../../main/learning/training/augmentation/mixture.ts';
import { pictureSource } from '../../../../main/learning/training/inputSource.ts';

const size = 20;
const count = 8;
const at = (caseIndex: number, epoch = 1) => ({ seed: 3, fold: 0, epoch, caseIndex });
const many = (how: { mixup: number; cutmix: number }) =>
  Array.from({ length: 400 }, (_, i) => drawMixture(how, count, i % count, size, at(i)));

/** Pictures filled with their own position, one-hot answers, weights 1 and 3. */
function batch() {
  const x = Float32Array.from({ length: count * 2 * size * size }, (_, i) => Math.floor(i / (2 * size * size)));
  const y = Float32Array.from({ length: count * 2 }, (_, i) => ((i >> 1) % 2 === i % 2 ? 1 : 0));
  return { x, y, sampleWeight: Float32Array.from({ length: count }, (_, i) => (i % 2 ? 3 : 1)) };
}

describe('mixtures', () => {
  it('draw from a symmetric Beta distribution', () => {
    for (const alpha of [0.05, 0.2, 1]) {
      const next = randomStream(4, 'beta', String(alpha));
      const draws = Array.from({ length: 20_000 }, () => symmetricBeta(alpha, next));
      const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
      const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
      expect(mean).toBeCloseTo(0.5, 1.5);
      expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.004);
    }
  });

  it('take another picture of the batch and leave the own one the larger share', () => {
    for (const how of [
      { mixup: 0.4, cutmix: 0 },
      { mixup: 0, cutmix: 1 },
      { mixup: 0.4, cutmix: 1 },
    ])
      many(how).forEach((mixture, i) => {
        if (!mixture) throw new Error('nothing was mixed');
        expect(mixture.partner).not.toBe(i % count);
        expect(mixture.partner >= 0 && mixture.partner < count).toBe(true);
        expect(mixture.share).toBeGreaterThanOrEqual(0.49);
        expect(mixture.share).toBeLessThanOrEqual(1);
      });
    const kinds = many({ mixup: 0.4, cutmix: 1 }).map((mixture) => mixture?.kind);
    expect(kinds.filter((kind) => kind === 'cutmix').length).toBeGreaterThan(150);
    expect(kinds.filter((kind) => kind === 'mixup').length).toBeGreaterThan(150);
    expect(new Set(many({ mixup: 1, cutmix: 0 }).map((mixture) => mixture?.partner)).size).toBe(count);
  });

  it('are none where nothing is asked for, or nobody is there', () => {
    expect(drawMixture({ mixup: 0, cutmix: 0 }, 8, 0, size, at(1))).toBeUndefined();
    expect(drawMixture({ mixup: 1, cutmix: 1 }, 1, 0, size, at(1))).toBeUndefined();
  });

  it('depend on place and batch alone', () => {
    const how = { mixup: 0.3, cutmix: 1 };
    expect(drawMixture(how, 8, 2, size, at(5))).toEqual(drawMixture(how, 8, 2, size, at(5)));
    expect(drawMixture(how, 8, 2, size, at(5))).not.toEqual(drawMixture(how, 8, 2, size, at(5, 2)));
  });
});

describe('mixed batches', () => {
  const mixtures = (how: { mixup: number; cutmix: number }) =>
    Array.from({ length: count }, (_, i) => drawMixture(how, count, i, size, at(i)));

  it.each([
    { mixup: 0.5, cutmix: 0 },
    { mixup: 0, cutmix: 1 },
  ])('keep answers that sum to 1: %o', (how) => {
    const arrays = batch();
    mixBatch(arrays, [2, size, size], mixtures(how));
    for (let i = 0; i < count; i++) expect((arrays.y[2 * i] ?? 0) + (arrays.y[2 * i + 1] ?? 0)).toBeCloseTo(1, 6);
  });

  it('blend pictures, answers and weights by the same share', () => {
    const [plain, mixed] = [batch(), batch()];
    const drawn = mixtures({ mixup: 0.8, cutmix: 0 });
    mixBatch(mixed, [2, size, size], drawn);
    drawn.forEach((mixture, i) => {
      if (!mixture) throw new Error('nothing was mixed');
      const { partner, share } = mixture;
      expect(mixed.x[i * 800]).toBeCloseTo(share * i + (1 - share) * partner, 5);
      expect(mixed.x[i * 800 + 799]).toBe(mixed.x[i * 800]);
      const weight = share * (plain.sampleWeight[i] ?? 0) + (1 - share) * (plain.sampleWeight[partner] ?? 0);
      expect(mixed.sampleWeight[i]).toBeCloseTo(weight, 6);
      const own = i % 2 === partner % 2 ? 1 : share;
      expect(mixed.y[2 * i + (i % 2)]).toBeCloseTo(own, 6);
    });
  });

  it('give a cut rectangle exactly its share of the answer, in every channel', () => {
    const mixed = batch();
    const drawn = mixtures({ mixup: 0, cutmix: 1 });
    mixBatch(mixed, [2, size, size], drawn);
    drawn.forEach((mixture, i) => {
      if (!mixture?.box) throw new Error('nothing was cut');
      const picture = mixed.x.subarray(i * 800, (i + 1) * 800);
      const foreign = picture.filter((value) => value === mixture.partner).length;
      expect(foreign).toBe(2 * areaOf(mixture.box));
      expect(picture.filter((value) => value === i).length).toBe(800 - foreign);
      expect(1 - foreign / 800).toBeCloseTo(mixture.share, 10);
    });
  });

  it('are mixed by the source of pictures, as often as asked and alike', () => {
    const preprocessing: Preprocessing = { size, resize: 'fit', channels: 1, mean: 0, standardDeviation: 1 };
    const levels = (caseIndex: number) => new Uint16Array(size * size).fill(caseIndex * 1000);
    const still = pictureSource(levels, preprocessing, Augmentation.parse({}), 1, 0);
    expect(still.mix).toBeUndefined();
    const source = pictureSource(levels, preprocessing, { ...noAugmentation, cutmix: 1 }, 1, 0);
    const cases = [3, 8, 1, 5];
    const mixed = () => {
      const arrays = { x: new Float32Array(1600), y: new Float32Array(8), sampleWeight: new Float32Array(4).fill(1) };
      cases.forEach((caseIndex, i) => {
        source.writeForTraining(caseIndex, 2, arrays.x, i * 400);
        arrays.y[2 * i + (i % 2)] = 1;
      });
      source.mix?.(cases, 2, arrays);
      return arrays;
    };
    expect(mixed()).toEqual(mixed());
    expect(new Set(mixed().x.subarray(0, 400)).size).toBe(2);
  });
});

describe('loss of shared answers', () => {
  it('has the value and the gradient that PyTorch gives', () => {
    const fixture = path.resolve(import.meta.dirname, '../../../fixtures/augmentation/reference.json');
    const { loss } = JSON.parse(readFileSync(fixture, 'utf8')) as {
      loss: { logits: number[]; shares: number[]; weights: number[]; loss: number; gradient: number[] };
    };
    const transposed = (values: readonly number[]) =>
      Array.from({ length: 12 }, (_, i) => values[(i % 4) * 3 + Math.floor(i / 4)] ?? 0);
    const builder = new GraphBuilder();
    builder.input('image', 'float32', [1, 4, 1, 1]);
    builder.initializer('w', float32([3, 4], transposed(loss.logits)));
    const graph = builder.build({
      out: builder.op('Gemm', [builder.op('Flatten', ['image']), 'w'], { transB: int(1) }),
    });
    const inputShape = [4, 1, 1] as const;
    const network: Network = {
      ...{ graph, input: 'image', logits: 'out', scores: 'softmax', inputShape, classes: 3, featureLayers: [] },
      ...{ parameters: ['w'], head: ['w'] },
    };
    const optimizer = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, decay: 'l2' } as const;
    const step = buildTrainStep(network, { batchSize: 4, inputShape, optimizer, trainable: ['w'] });
    // The identity as pictures: logits are the transposed weights, and so are the gradients.
    const outputs = interpret(step.graph, {
      ...initialState(step, network),
      ...hyperFeeds(step, { learningRate: 1, stepNumber: 1 }),
      x: float32([4, 4, 1, 1], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
      y: float32([4, 3], loss.shares),
      sampleWeight: float32([4], loss.weights),
    });
    expect(outputs.loss?.data[0]).toBeCloseTo(loss.loss, 6);
    const [before, gradient] = [transposed(loss.logits), transposed(loss.gradient)];
    outputs[nextName('w')]?.data.forEach((after, i) => {
      expect((before[i] ?? 0) - Number(after)).toBeCloseTo(gradient[i] ?? 0, 6);
    });
  });
});
