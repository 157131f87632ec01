import { AppError } from '../../domain/errors.ts';
import type { Graph, Node } from './graph.ts';
import { GraphBuilder } from './graphBuilder.ts';
import { boundInputs, opOf } from './inferShapes.ts';
import type { Emitter, GradientScope, Lowering } from './ops/op.ts';

/** A forward node as it was written, and whether its value depends on something that is differentiated. */
interface Step {
  readonly node: Node;
  readonly varies: boolean;
}

/** What the backward pass needs to know of the forward pass. */
export interface Tape {
  readonly records: readonly Step[];
  /** Names of the original graph's values in the builder (they differ where a node was lowered). */
  nameOf(name: string): string;
}

/**
 * Writes a graph's nodes into a builder that already holds its inputs and constants.
 * @param roots values (of the builder) that gradients will be asked for
 */
export function writeForward(builder: GraphBuilder, nodes: readonly Node[], roots: readonly string[]): Tape {
  const names = new Map<string, string>();
  const nameOf = (name: string) => names.get(name) ?? name;
  const varying = new Set(roots);
  const records: Step[] = [];
  builder.reserve(nodes.flatMap((node) => node.outputs.filter((name) => name !== undefined)));
  const variesAt = (inputs: Node['inputs']) => inputs.some((name) => name !== undefined && varying.has(name));
  const isFloat = (name: string) => builder.typeOf(name).type.startsWith('float');
  /** @returns the names of the node's outputs in the builder */
  const record = (node: Node): readonly (string | undefined)[] => {
    const varies = variesAt(node.inputs);
    const composed = varies ? opOf(node).compose?.(composer, node) : undefined;
    if (composed !== undefined) return composed;
    const outputs = builder.adopt(node, varies);
    for (const name of outputs) if (varies && name !== undefined && isFloat(name)) varying.add(name);
    const hasFloat = outputs.some((name) => name !== undefined && isFloat(name));
    records.push({ node: { ...node, outputs }, varies: varies && hasFloat });
    return outputs;
  };
  // The parts of a composed node are on the tape like nodes of their own.
  const composer: Emitter = {
    lowering: builder.lowering,
    block: builder.block,
    makerOf: (value) => builder.makerOf(value),
    isConstant: (value) => builder.isConstant(value),
    op: (opType, inputs, attributes) => composer.ops(opType, inputs, 1, attributes)[0] ?? '',
    ops(opType, inputs, count, attributes = {}) {
      if (!variesAt(inputs)) return builder.ops(opType, inputs, count, attributes);
      const outputs = Array.from({ length: count }, () => builder.fresh(opType));
      return record({ opType, domain: '', name: '', inputs, outputs, attributes }).map((name) => name ?? '');
    },
    ints: (values) => builder.ints(values),
    scalar: (value) => builder.scalar(value),
    constant: (tensor) => builder.constant(tensor),
    typeOf: (value) => builder.typeOf(value),
    answer: (question, inputs) => builder.answer(question, inputs),
  };
  for (const original of nodes) {
    const inputs = original.inputs.map((name) => (name === undefined ? undefined : nameOf(name)));
    const outputs = record({ ...original, inputs });
    original.outputs.forEach((name, i) => {
      const value = outputs[i];
      if (name !== undefined && value !== undefined) names.set(name, value);
    });
    // A root inside the graph (a feature map) varies by itself.
    for (const root of roots) if (original.outputs.includes(root)) varying.add(nameOf(root));
  }
  return { records, nameOf };
}

/** Nodes on a way from the roots to the output. */
function between(records: readonly Step[], output: string): Step[] {
  const needed = new Set([output]);
  const found: Step[] = [];
  for (const record of records.toReversed()) {
    if (!record.varies || !record.node.outputs.some((name) => name !== undefined && needed.has(name))) continue;
    found.push(record);
    for (const name of record.node.inputs) if (name !== undefined) needed.add(name);
  }
  return found;
}

function refuseMissingRules(records: readonly Step[]): void {
  const missing = records.flatMap(({ node }) => (opOf(node).gradient === undefined ? [node.opType] : []));
  if (missing.length === 0) return;
  const names = [...new Set(missing)].sort().join(', ');
  throw new AppError('unsupported-operator', `There is no gradient rule for ${names}. Layers after it can be trained.`);
}

/**
 * Reverse-mode differentiation: writes the gradient of `output` (summed over its elements) with respect to `roots`.
 * @returns for each root the name of its gradient; a zero of its shape where the output does not depend on it
 */
export function writeBackward(
  builder: GraphBuilder,
  tape: Tape,
  output: string,
  roots: readonly string[],
): ReadonlyMap<string, string> {
  const path = between(tape.records, output);
  refuseMissingRules(path);
  const sums = new Map<string, string>();
  const accumulate = (value: string, gradient: string) => {
    const before = sums.get(value);
    sums.set(value, before === undefined ? gradient : builder.op('Add', [before, gradient]));
  };
  const { shape } = builder.typeOf(output);
  const one = builder.scalar(1);
  accumulate(output, shape.length === 0 ? one : builder.op('Expand', [one, builder.ints(shape)]));
  const wanted = new Set(roots);
  for (const { node, varies } of tape.records) {
    if (varies) for (const name of node.outputs) if (name !== undefined) wanted.add(name);
  }
  for (const { node } of path) {
    const gradients = node.outputs.map((name) => (name === undefined ? undefined : sums.get(name)));
    if (gradients.every((gradient) => gradient === undefined)) continue;
    opOf(node)
      .gradient?.(scopeOf(builder, node, gradients, wanted))
      .forEach((gradient, i) => {
        const name = node.inputs[i];
        if (gradient !== undefined && name !== undefined && wanted.has(name)) accumulate(name, gradient);
      });
  }
  return new Map(
    roots.map((root) => {
      const zero = () => builder.op('Expand', [builder.scalar(0), builder.ints(builder.typeOf(root).shape)]);
      return [root, sums.get(root) ?? zero()];
    }),
  );
}

function scopeOf(
  emit: GraphBuilder,
  node: Node,
  gradients: readonly (string | undefined)[],
  wanted: ReadonlySet<string>,
): GradientScope {
  const named = (names: readonly (string | undefined)[], i: number, what: string) => {
    const name = names[i];
    if (name === undefined) throw new Error(`${node.opType} has no ${what} ${i}`);
    return name;
  };
  return {
    emit,
    node,
    gradients,
    get gradient() {
      return named(gradients, 0, 'gradient of output');
    },
    input: (i) => named(node.inputs, i, 'input'),
    output: (i) => named(node.outputs, i, 'output'),
    shape: (value) => emit.typeOf(value).shape,
    wanted: (i) => wanted.has(node.inputs[i] ?? ''),
  };
}

export interface Differentiation {
  /** The value whose gradient is taken; the sum of its elements, where it is no scalar. */
  readonly output: string;
  /** Inputs, initializers or values inside the graph. */
  readonly withRespectTo: readonly string[];
  /** Extents of the inputs, where the graph leaves them open. */
  readonly inputShapes?: Readonly<Record<string, readonly number[]>>;
  /** What the engine can do: see `loweringFor`. */
  readonly lowering?: Lowering;
}

/** The name of a gradient among the outputs of a differentiated graph. */
export function gradientName(value: string): string {
  return `gradient/${value}`;
}

/**
 * The graph with one more output per value in `withRespectTo`: the gradient of `output` at it, named `gradientName`.
 * Its own outputs stay.
 * @throws AppError unsupported-operator where an operator on the way has no rule
 */
export function differentiate(graph: Graph, { output, withRespectTo, inputShapes, lowering }: Differentiation): Graph {
  const builder = new GraphBuilder(graph.name, lowering);
  for (const [name, { type, shape }] of boundInputs(graph, inputShapes)) builder.input(name, type, shape);
  for (const [name, tensor] of graph.initializers) builder.initializer(name, tensor);
  const tape = writeForward(builder, graph.nodes, withRespectTo);
  const roots = withRespectTo.map((name) => tape.nameOf(name));
  const gradients = writeBackward(builder, tape, tape.nameOf(output), roots);
  const outputs: Record<string, string> = {};
  for (const { name } of graph.outputs) outputs[name] = tape.nameOf(name);
  withRespectTo.forEach((name, i) => {
    outputs[gradientName(name)] = gradients.get(roots[i] ?? '') ?? '';
  });
  return builder.build(outputs, graph.metadata);
}
