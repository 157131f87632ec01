import { randomStream } from '../../domain/random.ts';
import type { Graph } from './graph.ts';
import type { Network } from './network.ts';
import type { FormQuestion } from './ops/op.ts';
import type { OptimizerConfig } from './optimizer.ts';
import { hyperValues } from './optimizer.ts';
import type { Tensor, Tensors } from './tensor.ts';
import { float32, sizeOf, zeros } from './tensor.ts';

/** A tensor that lives from step to step. */
export interface StateEntry {
  /** The graph's input; its output is `next/<name>`. */
  readonly name: string;
  readonly role: 'parameter' | 'slot' | 'statistic' | 'average' | 'gathered';
  readonly shape: readonly number[];
}

/** A dropout layer: its input in the graph is a mask of zeros and 1 / (1 - ratio). */
export interface MaskEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly ratio: number;
}

export interface TrainStep {
  readonly graph: Graph;
  readonly batchSize: number;
  readonly inputShape: readonly [number, number, number];
  readonly classes: number;
  readonly optimizer: OptimizerConfig;
  /** What a step changes: the inputs and outputs that pass from one to the next. */
  readonly state: readonly StateEntry[];
  /** Parameters that it reads and leaves alone (phase `gather`). */
  readonly constants: readonly StateEntry[];
  readonly rateGroups: readonly string[];
  /** Where a running mean of the parameters is kept. */
  readonly averageDecay?: number;
  readonly masks: readonly MaskEntry[];
  /** What could be written otherwise. */
  readonly questions: readonly FormQuestion[];
}

export function nextName(name: string): string {
  return `next/${name}`;
}

export function averageName(parameter: string): string {
  return `average/${parameter}`;
}

/** Scalar input: the share of a running mean that a step keeps. */
export const averageKeptName = 'averageKept';

export function rateFactorName(group: string): string {
  return `rateFactor/${group}`;
}

function startOf({ name, role, shape }: StateEntry, network: Network): Tensor {
  if (role === 'slot' || role === 'gathered') return zeros(shape);
  const source = role === 'average' ? name.slice(averageName('').length) : name;
  const tensor = network.graph.initializers.get(source);
  if (tensor === undefined) throw new Error(`the network has no ${source}`);
  return tensor;
}

/** The state before the first step: the network's own tensors, empty slots. */
export function initialState(step: TrainStep, network: Network): Tensors {
  return Object.fromEntries([...step.constants, ...step.state].map((entry) => [entry.name, startOf(entry, network)]));
}

/** The averages in a state under the names of their parameters, for `withState`; empty where none are kept. */
export function averagedState(state: Tensors): Tensors {
  const prefix = averageName('');
  return Object.fromEntries(
    Object.entries(state).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

/** What a step changed of the state, out of its outputs; of a whole step that is all of it. */
export function nextState(step: TrainStep, outputs: Tensors): Tensors {
  return Object.fromEntries(
    step.state.map(({ name }) => {
      const tensor = outputs[nextName(name)];
      if (tensor === undefined) throw new Error(`the step gave no ${nextName(name)}`);
      return [name, tensor];
    }),
  );
}

interface StepHypers {
  readonly learningRate: number;
  /** 1 for the first. */
  readonly stepNumber: number;
  /** By group; 1 where one is left out. */
  readonly rateFactors?: Readonly<Record<string, number>>;
  /** Share of a running mean that this step keeps; the step's own where it is left out. */
  readonly averageKept?: number;
}

/** The scalar inputs of a step. */
export function hyperFeeds(step: TrainStep, hypers: StepHypers): Tensors {
  const { learningRate, stepNumber, rateFactors = {}, averageKept = step.averageDecay } = hypers;
  const unknown = Object.keys(rateFactors).find((group) => !step.rateGroups.includes(group));
  if (unknown !== undefined) throw new Error(`the step has no group ${unknown}`);
  const factors = step.rateGroups.map(
    (group) => [rateFactorName(group), float32([], [rateFactors[group] ?? 1])] as const,
  );
  return {
    ...hyperValues(step.optimizer, learningRate, stepNumber),
    ...Object.fromEntries(factors),
    ...(step.averageDecay !== undefined && { [averageKeptName]: float32([], [averageKept ?? 0]) }),
  };
}

/** The dropout masks of step `stepNumber`: a function of seed, step and layer. */
export function maskFeeds(step: TrainStep, seed: number, stepNumber: number): Tensors {
  return Object.fromEntries(
    step.masks.map(({ name, shape, ratio }) => {
      const next = randomStream(seed, 'dropout', name, stepNumber);
      const kept = 1 / (1 - ratio);
      const mask = Float32Array.from({ length: sizeOf(shape) }, () => (next() < ratio ? 0 : kept));
      return [name, float32(shape, mask)];
    }),
  );
}
