import { permutation, randomStream } from '../../domain/random.ts';
import type { LabelledFeatures } from '../heads/featureTable.ts';
import type { HeadProblem } from '../heads/fitHead.ts';
import { weightedLogLoss } from '../heads/logLoss.ts';
import { batchesPerEpoch } from '../training/loop/sampling.ts';
import { learningRateAt } from '../training/loop/schedule.ts';

export interface DenseSettings {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
}

const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-8];

/** Logits of rows [row][class]; the bias is the last of a class's weights. `from`: first column that is read. */
function logitsOf({ features }: LabelledFeatures, from: number, weights: Float64Array, classCount: number): number[][] {
  const { data, rows, columns } = features;
  const width = columns - from;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: classCount }, (_unused, k) => {
      const offset = k * (width + 1);
      let sum = weights[offset + width] ?? 0;
      for (let j = 0; j < width; j++)
        sum += (weights[offset + j] as number) * (data[row * columns + from + j] as number);
      return sum;
    }),
  );
}

/** Adam with decoupled decay of the weights, not of the biases. */
class Adam {
  readonly weights: Float64Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(weights: Float64Array) {
    this.weights = weights;
    this.#first = new Float64Array(weights.length);
    this.#second = new Float64Array(weights.length);
  }

  step(gradient: Float64Array, rate: number, decay: number, width: number): void {
    this.#steps += 1;
    const [one, two] = [1 - BETA_1 ** this.#steps, 1 - BETA_2 ** this.#steps];
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i] ?? 0;
      const m = BETA_1 * (this.#first[i] ?? 0) + (1 - BETA_1) * g;
      const v = BETA_2 * (this.#second[i] ?? 0) + (1 - BETA_2) * g * g;
      this.#first[i] = m;
      this.#second[i] = v;
      const kept = i % (width + 1) === width ? 1 : 1 - rate * decay;
      this.weights[i] = (this.weights[i] ?? 0) * kept - (rate * (m / one)) / (Math.sqrt(v / two) + EPSILON);
    }
  }
}

/** Mean gradient of a batch, weighted; the class weights are those of the cases. */
function gradientOf(
  train: LabelledFeatures,
  from: number,
  batch: readonly number[],
  weights: Float64Array,
  classCount: number,
) {
  const { data, columns } = train.features;
  const width = columns - from;
  const gradient = new Float64Array(weights.length);
  const total = batch.reduce((sum, row) => sum + (train.weights[row] ?? 1), 0);
  for (const row of batch) {
    const one = { ...train, features: { data: data.subarray(row * columns, (row + 1) * columns), rows: 1, columns } };
    const [logits = []] = logitsOf(one, from, weights, classCount);
    const largest = Math.max(...logits);
    const exps = logits.map((value) => Math.exp(value - largest));
    const sum = exps.reduce((a, b) => a + b, 0);
    exps.forEach((value, k) => {
      const by = ((train.weights[row] ?? 1) / total) * (value / sum - Number(train.classes[row] === k));
      const offset = k * (width + 1);
      for (let j = 0; j < width; j++)
        gradient[offset + j] = (gradient[offset + j] as number) + by * (data[row * columns + from + j] as number);
      gradient[offset + width] = (gradient[offset + width] ?? 0) + by;
    });
  }
  return gradient;
}

/**
 * A dense head on the features of the last depth, trained as a training of mode features does: Adam, cosine schedule, the
 * epoch with the smallest validation loss. Double precision and a loop of its own: a training gives nearly the same.
 * @param from first column of the last depth
 */
export function fitDense({ train, val, classCount }: HeadProblem, from: number, settings: DenseSettings) {
  const { epochs, batchSize, seed, learningRate, weightDecay } = settings;
  const { rows, columns } = train.features;
  const width = columns - from;
  const next = randomStream(seed, 'dense');
  const bound = 1 / Math.sqrt(width);
  const adam = new Adam(Float64Array.from({ length: classCount * (width + 1) }, () => (2 * next() - 1) * bound));
  const size = Math.min(batchSize, rows);
  const updatesPerEpoch = batchesPerEpoch(rows, size);
  const rates = {
    learningRate,
    epochs,
    warmUpEpochs: 0,
    schedule: 'cosine',
    rateDrop: { epochs: 5, factor: 0.3 },
  } as const;
  let best: { valLoss: number; trainLoss: number; valLogits: number[][] } | undefined;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = permutation(rows, seed, 'order', 0, epoch);
    for (let step = 0; step < updatesPerEpoch; step++) {
      const batch = Array.from({ length: size }, (_, i) => order[(step * size + i) % rows] ?? 0);
      const rate = learningRateAt(rates, {
        update: (epoch - 1) * updatesPerEpoch + step,
        updatesPerEpoch,
        history: [],
      });
      adam.step(gradientOf(train, from, batch, adam.weights, classCount), rate, weightDecay, width);
    }
    const valLogits = logitsOf(val, from, adam.weights, classCount);
    const valLoss = weightedLogLoss(valLogits, val.classes, val.weights);
    if (best && !(valLoss < best.valLoss)) continue;
    const trainLoss = weightedLogLoss(logitsOf(train, from, adam.weights, classCount), train.classes, train.weights);
    best = { valLoss, trainLoss, valLogits };
  }
  if (!best) throw new Error('no epoch was trained');
  return best;
}
