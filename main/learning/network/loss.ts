import { AppError } from '../../domain/errors.ts';
import type { Attributes, Node } from './graph.ts';
import { int } from './graph.ts';
import type { Scores } from './network.ts';
import type { Emitter } from './ops/op.ts';

interface Smoothed {
  /** Share of each target that is spread evenly over the classes (Szegedy et al., 2015). */
  readonly smoothing?: number;
}

interface WeighedEach {
  /** Labels: `sampleWeight` is [batch, labels], so that each answer has a weight of its own; 0 where there is none. */
  readonly isWeighedEach?: boolean;
}

/** Whether `sampleWeight` has a number per output. */
export const isWeighedEach = (config: LossConfig): boolean =>
  'isWeighedEach' in config && config.isWeighedEach === true;

/**
 * What training makes small, for one case:
 * `cross-entropy` -sum(y log softmax), classes that exclude each other; `binary` the mean over labels of the cross
 * entropy of sigmoid, labels that do not; `focal` either of the two, by how the network scores, with easy cases weighing
 * less (Lin et al., 2017; gamma 2 is usual); `mse` the mean over outputs of (logit - y)^2; `huber` half of that up to an
 * error of delta and delta x (|error| - delta / 2) beyond (Huber, 1964).
 */
export type LossConfig =
  | ({ readonly kind: 'cross-entropy' } & Smoothed)
  | ({ readonly kind: 'binary' } & Smoothed & WeighedEach)
  | ({ readonly kind: 'focal'; readonly gamma: number } & Smoothed & WeighedEach)
  | { readonly kind: 'mse' }
  | { readonly kind: 'huber'; readonly delta: number };

export interface LossPlace {
  readonly logits: string;
  readonly classes: number;
  readonly scores: Scores;
}

/** Collects nodes under `loss/`: they are differentiated together with the network, so they are not written yet. */
class LossWriter {
  readonly nodes: Node[] = [];
  readonly emit: Emitter;

  constructor(emit: Emitter) {
    this.emit = emit;
  }

  write(name: string, opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.nodes.push({ opType, domain: '', name, inputs, outputs: [name], attributes });
    return name;
  }

  sum(name: string, value: string, axes: readonly number[]): string {
    return this.write(name, 'ReduceSum', [value, this.emit.ints([...axes])], { keepdims: int(0) });
  }

  mean(name: string, value: string, axis: number): string {
    return this.write(name, 'ReduceMean', [value, this.emit.ints([axis])], { keepdims: int(0) });
  }
}

function targets(loss: LossWriter, smoothing: number, classes: number): string {
  if (smoothing === 0) return 'y';
  const kept = loss.write('loss/kept', 'Mul', ['y', loss.emit.scalar(1 - smoothing)]);
  return loss.write('loss/targets', 'Add', [kept, loss.emit.scalar(smoothing / classes)]);
}

/** -sum(y log p), with gamma sum(-y (1 - p)^gamma log p); its sign is still to be turned. */
function softmaxTerms(loss: LossWriter, { logits }: LossPlace, y: string, gamma: number): string {
  const log = loss.write('loss/logScores', 'LogSoftmax', [logits], { axis: int(1) });
  const terms = loss.write('loss/perClass', 'Mul', [log, y]);
  if (gamma === 0) return loss.sum('loss/perCase', terms, [1]);
  const rest = loss.write('loss/rest', 'Sub', [loss.emit.scalar(1), loss.write('loss/scores', 'Exp', [log])]);
  const weights = loss.write('loss/focus', 'Pow', [rest, loss.emit.scalar(gamma)]);
  return loss.sum('loss/perCase', loss.write('loss/focused', 'Mul', [terms, weights]), [1]);
}

/** One side of a yes-or-no question: log sigmoid(z) = -softplus(-z), weighed by (1 - sigmoid(z))^gamma. */
function side(loss: LossWriter, name: string, logit: string, target: string, gamma: number): string {
  const { emit } = loss;
  const turned = loss.write(`${name}/turned`, 'Neg', [logit]);
  const log = loss.write(`${name}/log`, 'Neg', [loss.write(`${name}/softplus`, 'Softplus', [turned])]);
  const term = loss.write(`${name}/term`, 'Mul', [log, target]);
  if (gamma === 0) return term;
  const rest = loss.write(`${name}/rest`, 'Sigmoid', [turned]);
  return loss.write(`${name}/focused`, 'Mul', [term, loss.write(`${name}/focus`, 'Pow', [rest, emit.scalar(gamma)])]);
}

function sigmoidTerms(loss: LossWriter, { logits }: LossPlace, y: string, gamma: number, isEach: boolean): string {
  const yes = side(loss, 'loss/yes', logits, y, gamma);
  const others = loss.write('loss/others', 'Sub', [loss.emit.scalar(1), y]);
  const opposite = loss.write('loss/opposite', 'Neg', [logits]);
  const no = side(loss, 'loss/no', opposite, others, gamma);
  const each = loss.write('loss/perLabel', 'Add', [yes, no]);
  return isEach ? each : loss.mean('loss/perCase', each, 1);
}

function squares(loss: LossWriter, { logits }: LossPlace): string {
  const difference = loss.write('loss/difference', 'Sub', [logits, 'y']);
  const square = loss.write('loss/square', 'Mul', [difference, difference]);
  return loss.write('loss/perCase', 'Neg', [loss.mean('loss/meanSquare', square, 1)]);
}

/** near x (|d| - near / 2) with near = min(|d|, delta). */
function huber(loss: LossWriter, { logits }: LossPlace, delta: number): string {
  const distance = loss.write('loss/distance', 'Abs', [loss.write('loss/difference', 'Sub', [logits, 'y'])]);
  const near = loss.write('loss/near', 'Min', [distance, loss.emit.scalar(delta)]);
  const half = loss.write('loss/half', 'Mul', [near, loss.emit.scalar(0.5)]);
  const error = loss.write('loss/error', 'Mul', [near, loss.write('loss/rest', 'Sub', [distance, half])]);
  return loss.write('loss/perCase', 'Neg', [loss.mean('loss/meanError', error, 1)]);
}

function perCase(loss: LossWriter, config: LossConfig, place: LossPlace): string {
  if (config.kind === 'mse') return squares(loss, place);
  if (config.kind === 'huber') return huber(loss, place, config.delta);
  const { smoothing = 0 } = config;
  const gamma = config.kind === 'focal' ? config.gamma : 0;
  const isBinary = config.kind === 'binary' || (config.kind === 'focal' && place.scores === 'sigmoid');
  if (!(smoothing >= 0 && smoothing < 1))
    throw new AppError('invalid-input', 'Label smoothing is a share from 0 to below 1.');
  if (gamma !== 0 && gamma < 1) throw new AppError('invalid-input', 'The focus of a focal loss is 0, or 1 and more.');
  const y = targets(loss, smoothing, isBinary ? 2 : place.classes);
  return isBinary ? sigmoidTerms(loss, place, y, gamma, isWeighedEach(config)) : softmaxTerms(loss, place, y, gamma);
}

/**
 * The nodes of sum(w loss) / sum(w), output `loss`; with class weights in w that is the weighted mean of PyTorch. Output
 * `loss/total` is the sum alone, for whoever adds up several batches. They read `y` [batch, classes] and `sampleWeight`
 * [batch], or [batch, labels] where each answer is weighed.
 * @throws AppError invalid-input
 */
export function lossNodes(emit: Emitter, config: LossConfig, place: LossPlace): readonly Node[] {
  const loss = new LossWriter(emit);
  const each = perCase(loss, config, place);
  const weighted = loss.write('loss/weighted', 'Mul', [each, 'sampleWeight']);
  const axes = isWeighedEach(config) ? [0, 1] : [0];
  loss.sum('loss/sum', weighted, axes);
  loss.write('loss/total', 'Neg', ['loss/sum']);
  loss.sum('loss/weight', 'sampleWeight', axes);
  loss.write('loss', 'Div', ['loss/total', 'loss/weight']);
  return loss.nodes;
}
