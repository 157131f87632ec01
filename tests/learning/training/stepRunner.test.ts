import { describe, expect, it } from 'vitest';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { float32, float32Data, type Tensors } from '../../../main/learning/network/tensor.ts';
import { trainingPhases } from '../../../main/learning/training/loop/phases.ts';
import { StepRunner } from '../../../main/learning/training/loop/stepRunner.ts';

const engine = { engine: 'onnxruntime', device: 'cpu', threads: 1 };
const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });

function batchOf(from: number, to: number): Tensors {
  const count = to - from;
  const x = Float32Array.from({ length: count * 256 }, (_, i) => Math.sin((from * 256 + i) * 1.7));
  const y = Float32Array.from({ length: count * 2 }, (_, i) => ((from + Math.floor(i / 2)) % 2 === i % 2 ? 1 : 0));
  const sampleWeight = Float32Array.from({ length: count }, (_, i) => 1 + ((from + i) % 3));
  return { x: float32([count, 1, 16, 16], x), y: float32([count, 2], y), sampleWeight: float32([count], sampleWeight) };
}

async function runnerOf(batchSize: number, extra: object): Promise<StepRunner> {
  // Frozen normalisations: batches of any size then say the same of a case.
  const config = TrainingConfig.parse({ snapshot: 'x', batchNorm: { frozen: true }, ...extra });
  const [phase] = trainingPhases(network, 'all', config);
  if (!phase) throw new Error('no phase');
  const shape = { batchSize, inputShape: [1, 16, 16] as const, loss: config.loss };
  return StepRunner.compile(network, phase, shape, config, engine);
}

const hyper = (update: number, isUpdate = true, batchNumber = update) => ({
  ...{ learningRate: 0.1, batchNumber, dropoutSeed: 1, updateNumber: update, updateOfAll: update, isUpdate },
});

describe('the step of a training', () => {
  it('gathers small batches into what one large batch does, and changes nothing before', async () => {
    const optimizer = { kind: 'sgd', nesterov: true };
    const whole = await runnerOf(6, { optimizer, clipNorm: 0.5 });
    const parts = await runnerOf(2, { optimizer, clipNorm: 0.5, accumulateBatches: 3 });
    let large = whole.startingState(network);
    let small = parts.startingState(network);
    for (const update of [1, 2]) {
      ({ state: large } = await whole.run(large, batchOf(0, 6), hyper(update)));
      for (const k of [0, 1, 2]) {
        const before = float32Data(small['fc.weight']).slice();
        ({ state: small } = await parts.run(small, batchOf(2 * k, 2 * k + 2), hyper(update, k === 2)));
        if (k < 2) expect(float32Data(small['fc.weight'])).toEqual(before);
      }
    }
    for (const name of whole.weightNames)
      float32Data(small[name]).forEach((value, i) => {
        expect(value).toBeCloseTo(float32Data(large[name])[i] ?? Number.NaN, 5);
      });
    await whole.dispose();
    await parts.dispose();
  });

  it('keeps a running mean of the weights that begins as a mean of few', async () => {
    const runner = await runnerOf(4, { averageDecay: 0.999, optimizer: { kind: 'sgd' } });
    const start = runner.startingState(network);
    const p0 = float32Data(start['fc.weight']).slice();
    const { state: first } = await runner.run(start, batchOf(0, 4), hyper(1));
    const p1 = float32Data(first['fc.weight']).slice();
    const { state: second } = await runner.run(first, batchOf(4, 8), hyper(2));
    const p2 = float32Data(second['fc.weight']);
    expect(float32Data(start['fc.weight'])).toEqual(p0);
    float32Data(second['average/fc.weight']).forEach((value, i) => {
      const afterFirst = (2 / 11) * (p0?.[i] ?? 0) + (9 / 11) * (p1?.[i] ?? 0);
      expect(value).toBeCloseTo((3 / 12) * afterFirst + (9 / 12) * (p2?.[i] ?? 0), 6);
    });
    // A later phase goes on with the mean and begins with an empty optimizer.
    const later = runner.startingState(network, second);
    expect(later['average/fc.weight']).toEqual(second['average/fc.weight']);
    expect(later['fc.weight']).toEqual(second['fc.weight']);
    expect(new Set(float32Data(later['sgd.velocity/fc.weight']))).toEqual(new Set([0]));
    await runner.dispose();
  });
});
