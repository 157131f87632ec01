import { AppError } from '../../../domain/errors.ts';
import type { Graph, Node } from '../../network/graph.ts';
import type { Tensors } from '../../network/tensor.ts';
import { deviceLost, isLoss } from '../lostDevice.ts';
import type { Program } from '../program.ts';
import type { TensorFlow } from './api.ts';
import { execute, isRunnable } from './execute.ts';
import { Value } from './value.ts';

/** Values by the last node that reads them; what is read no more is disposed of. */
function lastReaders(graph: Graph): ReadonlyMap<Node, readonly string[]> {
  const kept = new Set([...graph.outputs.map(({ name }) => name), ...graph.initializers.keys()]);
  const seen = new Set<string>();
  const result = new Map<Node, string[]>();
  for (const node of graph.nodes.toReversed()) {
    const names = [...node.inputs, ...node.outputs].flatMap((name) => (name === undefined ? [] : [name]));
    const last = [...new Set(names)].filter((name) => !kept.has(name) && !seen.has(name));
    for (const name of last) seen.add(name);
    result.set(node, last);
  }
  return result;
}

/** libtensorflow reports everything as one kind of error; its text tells what happened. */
function translated(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (
    /OOM when allocating|out of memory|failed to allocate|array buffer allocation|invalid (typed )?array length/i.test(
      message,
    )
  ) {
    const advice = 'Not enough memory for this network. A smaller batch or image size needs less.';
    return new AppError('out-of-memory', advice, { cause: thrown });
  }
  if (isLoss(message)) return deviceLost('tensorflow', thrown);
  if (/CUDA|cuDNN|cuBLAS|\bGPU\b/i.test(message))
    return new AppError('unsupported-device', `TensorFlow's device failed: ${message.trim()}`, { cause: thrown });
  return new AppError('internal', `TensorFlow stopped with an error: ${message.trim()}`, { cause: thrown });
}

/**
 * A graph run node by node on TensorFlow.js. Gradients are in the graph already: nothing is recorded, and each value is
 * gone as soon as nothing reads it.
 */
export class TensorFlowProgram implements Program {
  readonly #tf: TensorFlow;
  readonly #graph: Graph;
  readonly #constants: ReadonlyMap<string, Value>;
  readonly #lastReaders: ReadonlyMap<Node, readonly string[]>;

  /** @throws AppError unsupported-operator, naming what TensorFlow does not run */
  constructor(tf: TensorFlow, graph: Graph) {
    const missing = new Set(graph.nodes.filter((node) => !isRunnable(node)).map(({ opType }) => opType));
    if (missing.size > 0)
      throw new AppError('unsupported-operator', `TensorFlow does not run ${[...missing].sort().join(', ')}.`);
    this.#tf = tf;
    this.#graph = graph;
    this.#lastReaders = lastReaders(graph);
    this.#constants = new Map([...graph.initializers].map(([name, tensor]) => [name, Value.ofConstant(tf, tensor)]));
  }

  async run(feeds: Tensors): Promise<Tensors> {
    const values = new Map(this.#constants);
    try {
      for (const { name, shape } of this.#graph.inputs) {
        const tensor = feeds[name];
        if (tensor === undefined) throw new Error(`no value for input ${name}`);
        if (!fits(tensor.shape, shape))
          throw new AppError('shape-mismatch', 'The data do not have the shape the network expects.');
        values.set(name, Value.ofTensor(this.#tf, tensor));
      }
      for (const node of this.#graph.nodes) this.#step(node, values);
      const outputs = this.#graph.outputs.map(async ({ name }) => [name, await named(values, name).read()] as const);
      return Object.fromEntries(await Promise.all(outputs));
    } catch (thrown) {
      throw translated(thrown);
    } finally {
      for (const [name, value] of values) if (this.#constants.get(name) !== value) value.dispose();
    }
  }

  #step(node: Node, values: Map<string, Value>): void {
    const inputs = node.inputs.map((name) => (name === undefined ? undefined : named(values, name)));
    execute({ tf: this.#tf, node, inputs }).forEach((value, i) => {
      const name = node.outputs[i];
      if (name === undefined) value.dispose();
      else values.set(name, value);
    });
    for (const name of this.#lastReaders.get(node) ?? []) {
      values.get(name)?.dispose();
      values.delete(name);
    }
  }

  async dispose(): Promise<void> {
    for (const value of this.#constants.values()) value.dispose();
  }
}

function named(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`${name} has no value`);
  return value;
}

/** A named axis may have any extent. */
function fits(actual: readonly number[], declared: readonly (number | string)[] | undefined): boolean {
  if (declared === undefined) return true;
  return (
    actual.length === declared.length &&
    declared.every((extent, i) => typeof extent === 'string' || extent < 0 || extent === actual[i])
  );
}
