import { arrayFromTensor, tensorFromArray } from './array64.ts';
import type { Graph, Node } from './graph.ts';
import { dequantizeLinear } from './ops/quantization.ts';
import { prune } from './prune.ts';
import type { Tensor } from './tensor.ts';
import { float32, zeros } from './tensor.ts';

/** The whole numbers a type can hold: what quantised values saturate at. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
};

const plain = { domain: '', attributes: {} } as const;

/**
 * QLinearConv and QLinearMatMul as what they stand for: dequantise, work in float, quantise. Weights and biases are then
 * constants behind DequantizeLinear, as in networks that were quantised by inserting nodes.
 */
function spelledOut(node: Node, initializers: Map<string, Tensor>): Node[] {
  const isConvolution = node.opType === 'QLinearConv';
  if (!isConvolution && node.opType !== 'QLinearMatMul') return [node];
  const [x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias] = node.inputs;
  const name = node.outputs[0] ?? '';
  const value = (part: string) => `${name}/${part}`;
  const axis: Node['attributes'] = isConvolution ? { axis: { kind: 'int', value: 0 } } : {};
  const dequantized = (part: string, inputs: Node['inputs'], attributes: Node['attributes'] = {}): Node => {
    return { ...plain, opType: 'DequantizeLinear', name: value(part), inputs, outputs: [value(part)], attributes };
  };
  const nodes = [dequantized('x', [x, xScale, xZero]), dequantized('w', [w, wScale, wZero], axis)];
  const inputs = [value('x'), value('w')];
  if (bias !== undefined) {
    const scales = [xScale, wScale].map((scale) => initializers.get(scale ?? ''));
    const product = scaleProduct(scales[0], scales[1]);
    initializers.set(value('biasScale'), product);
    nodes.push(dequantized('bias', [bias, value('biasScale'), undefined], { axis: { kind: 'int', value: 0 } }));
    inputs.push(value('bias'));
  }
  const opType = isConvolution ? 'Conv' : 'MatMul';
  const attributes = node.attributes;
  nodes.push({ ...plain, opType, name: value('float'), inputs, outputs: [value('float')], attributes });
  const last = { ...plain, opType: 'QuantizeLinear', name: value('quantized'), outputs: node.outputs };
  return [...nodes, { ...last, inputs: [value('float'), yScale, yZero] }];
}

/** A bias is held in steps of input scale times weight scale, one for all or one per output. */
function scaleProduct(x: Tensor | undefined, w: Tensor | undefined): Tensor {
  const factor = x === undefined ? 1 : (arrayFromTensor(x).data[0] ?? 1);
  const values = w === undefined ? Float64Array.of(1) : arrayFromTensor(w).data;
  return float32(
    values.length === 1 ? [] : [values.length],
    values.map((value) => value * factor),
  );
}

/**
 * Weights as floats that are quantised where they are used: they can be trained, and engines that find QuantizeLinear
 * before DequantizeLinear compute with the same whole numbers as before.
 */
function withFloatWeights(node: Node, initializers: Map<string, Tensor>): Node[] {
  const [levels, scale = '', zero] = node.inputs;
  const held = initializers.get(levels ?? '');
  const scales = initializers.get(scale);
  if (node.opType !== 'DequantizeLinear' || held === undefined || scales === undefined) return [node];
  if (ranges[held.type] === undefined || held.shape.length < 2) return [node];
  const name = node.outputs[0] ?? '';
  const zeroName = zero ?? `${name}/zero`;
  if (zero === undefined) initializers.set(zeroName, zeros(scales.shape, held.type));
  const points = initializers.get(zeroName);
  const inputs = [held, scales, points].map((tensor) => tensor && arrayFromTensor(tensor));
  const [value] = dequantizeLinear.evaluate(inputs, node);
  if (value === undefined) return [node];
  initializers.set(`${name}/weight`, tensorFromArray(value));
  const quantized = [`${name}/weight`, scale, zeroName];
  const outputs = [`${name}/levels`];
  const { attributes } = node;
  return [
    { ...plain, opType: 'QuantizeLinear', name: `${name}/levels`, inputs: quantized, outputs, attributes },
    { ...node, inputs: [...outputs, scale, zeroName] },
  ];
}

/** Spells out quantised operators and gives their weights as floats. */
export function spellOutQuantization(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes
    .flatMap((node) => spelledOut(node, initializers))
    .flatMap((node) => withFloatWeights(node, initializers));
  return { ...graph, nodes, initializers };
}

/** Values that are a constant once more, quantised and back: their names and the constants'. */
export function dequantizedConstants(graph: Graph): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { opType, inputs, outputs } of graph.nodes) {
    const [from = ''] = inputs;
    const isFirst = opType === 'QuantizeLinear' && graph.initializers.has(from);
    if (isFirst) sources.set(outputs[0] ?? '', from);
    const source = sources.get(from);
    if (opType === 'DequantizeLinear' && source !== undefined) sources.set(outputs[0] ?? '', source);
  }
  return sources;
}

/** The node that quantises a value in order to dequantise it again, where there is one. */
function quantizerOf(graph: Graph, value: string): Node | undefined {
  const makerOf = (name: string | undefined) =>
    graph.nodes.find((node) => name !== undefined && node.outputs.includes(name));
  const maker = makerOf(value);
  const before = maker?.opType === 'DequantizeLinear' ? makerOf(maker.inputs[0]) : undefined;
  return before?.opType === 'QuantizeLinear' ? before : undefined;
}

/**
 * The graph in float, after its constants were folded: to be trained. Rounding of the values between layers goes; their
 * saturation stays, because quantising moves rectifiers into it, but for that of the logits: it would cut off those of
 * another head. A graph without quantised values is returned as it is.
 */
export function foldQuantization(graph: Graph, logits: string): Graph {
  const last = quantizerOf(graph, logits);
  if (!graph.nodes.some((node) => node.opType === 'QuantizeLinear')) return graph;
  const initializers = new Map(graph.initializers);
  const inFloat = new Set<string>();
  const nodes = graph.nodes.map((node): Node => {
    const [x, scaleName, zeroName] = node.inputs;
    const output = node.outputs[0] ?? '';
    if (node.opType === 'QuantizeLinear') {
      const scale = initializers.get(scaleName ?? '');
      const zero = initializers.get(zeroName ?? '');
      const range = ranges[zero?.type ?? 'uint8'];
      const isWeight = graph.initializers.has(x ?? '');
      if (!isWeight && (scale?.data.length !== 1 || range === undefined)) return node;
      inFloat.add(output);
      if (isWeight || range === undefined || scale === undefined || node === last)
        return { ...node, ...plain, opType: 'Identity', inputs: [x] };
      const limits = range.map((level, i) => {
        const limit = `${output}/limit${i}`;
        const step = arrayFromTensor(scale).data[0] ?? 1;
        initializers.set(limit, float32([], [(level - Number(zero?.data[0] ?? 0)) * step]));
        return limit;
      });
      return { ...node, ...plain, opType: 'Clip', inputs: [x, ...limits] };
    }
    const passes = inFloat.has(x ?? '');
    // What only moves elements of quantised values moves floats just as well.
    if (passes && node.opType !== 'DequantizeLinear') for (const name of node.outputs) inFloat.add(name ?? '');
    if (node.opType !== 'DequantizeLinear' || !passes) return node;
    return { ...node, ...plain, opType: 'Identity', inputs: [x] };
  });
  return prune({ ...graph, nodes, initializers });
}
