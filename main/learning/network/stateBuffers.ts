import type { Graph, Node } from './graph.ts';
import type { TrainStep } from './stepState.ts';
import { nextName } from './stepState.ts';
import type { Tensor, Tensors } from './tensor.ts';
import { sizeOf } from './tensor.ts';

/** Operators that read an element before they write it, and no other: their output may lie where an input lies. */
const elementwise = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** Operators whose output lies where their input lies: who reads it reads that. */
const views = new Set(['Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/** Every node that reads a value, be it in another shape. */
function allReaders(name: string, readersOf: ReadonlyMap<string, ReadonlySet<Node>>): Set<Node> {
  const readers = new Set(readersOf.get(name));
  for (const node of readers) {
    const [output] = node.outputs;
    if (!views.has(node.opType) || output === undefined) continue;
    for (const reader of readersOf.get(output) ?? []) readers.add(reader);
  }
  return readers;
}

/**
 * Whether everything that reads `name` has to be done before `next` is written, by what depends on what: the new value
 * can then take the place of the old one, in whatever order an engine runs the nodes.
 */
function isReadBeforeWritten(
  name: string,
  next: string,
  makerOf: ReadonlyMap<string, Node>,
  readersOf: ReadonlyMap<string, ReadonlySet<Node>>,
): boolean {
  const last = makerOf.get(next);
  if (last === undefined || !elementwise.has(last.opType)) return false;
  const waiting = allReaders(name, readersOf);
  const seen = new Set([last]);
  const queue = [last];
  for (const node of queue) {
    waiting.delete(node);
    if (waiting.size === 0) return true;
    for (const input of node.inputs) {
      const maker = input === undefined ? undefined : makerOf.get(input);
      if (maker === undefined || seen.has(maker)) continue;
      seen.add(maker);
      queue.push(maker);
    }
  }
  return false;
}

/** The state entries of a step whose new value may be written over the old one. */
export function writtenInPlace(graph: Graph, names: readonly string[]): ReadonlySet<string> {
  const makerOf = new Map<string, Node>();
  const readersOf = new Map<string, Set<Node>>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) if (output !== undefined) makerOf.set(output, node);
    for (const input of node.inputs)
      if (input !== undefined) readersOf.set(input, (readersOf.get(input) ?? new Set()).add(node));
  }
  return new Set(names.filter((name) => isReadBeforeWritten(name, nextName(name), makerOf, readersOf)));
}

/**
 * Where steps write their next state: over the arrays that the step before made, or into those that are free again, so
 * that no step needs memory of its own for it. Arrays that came from elsewhere (a network, a checkpoint) are never
 * written to.
 */
export class StateBuffers {
  readonly #inPlace: ReadonlyMap<TrainStep, ReadonlySet<string>>;
  readonly #own = new WeakSet<Tensor>();
  readonly #spare = new Map<string, Tensor>();

  /** @param steps that hand one state to each other */
  constructor(...steps: readonly TrainStep[]) {
    const namesOf = ({ state }: TrainStep) => state.map(({ name }) => name);
    this.#inPlace = new Map(steps.map((step) => [step, writtenInPlace(step.graph, namesOf(step))]));
  }

  /** Of tensors that nobody else holds: steps may write over them. */
  adopt(tensors: Iterable<Tensor>): void {
    for (const tensor of tensors) this.#own.add(tensor);
  }

  /**
   * The outputs to hand to the engine for a step from `state`. The tensors of `state` that an earlier call made are given
   * up: the step writes over them, or the next one does.
   */
  outputsFor(step: TrainStep, state: Tensors): Tensors {
    const inPlace = this.#inPlace.get(step);
    return Object.fromEntries(
      step.state.map(({ name, shape }) => {
        const before = state[name];
        const isOwn = before !== undefined && this.#own.has(before);
        const next = isOwn && inPlace?.has(name) ? before : this.#free(name, shape);
        if (isOwn && next !== before) this.#spare.set(name, before);
        return [nextName(name), next] as const;
      }),
    );
  }

  #free(name: string, shape: readonly number[]): Tensor {
    const spare = this.#spare.get(name);
    this.#spare.delete(name);
    if (spare !== undefined) return spare;
    const fresh: Tensor = { type: 'float32', shape, data: new Float32Array(sizeOf(shape)) };
    this.#own.add(fresh);
    return fresh;
  }
}
