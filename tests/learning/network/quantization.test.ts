import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { tensorFromArray } from '../../../main/learning/network/array64.ts';
import { differentiableFrom, missingRules } from '../../../main/learning/network/differentiableFrom.ts';
import type { Graph } from '../../../main/learning/network/graph.ts';
import { int, ints } from '../../../main/learning/network/graph.ts';
import { importNetwork } from '../../../main/learning/network/importNetwork.ts';
import { buildInference } from '../../../main/learning/network/inference.ts';
import { decodeNetwork, encodeNetwork } from '../../../main/learning/network/network.ts';
import { encode } from '../../../main/learning/network/onnx/encode.ts';
import { replaceHead } from '../../../main/learning/network/replaceHead.ts';
import type { Tensor } from '../../../main/learning/network/tensor.ts';
import { float32 } from '../../../main/learning/network/tensor.ts';
import { buildTrainStep } from '../../../main/learning/network/trainStep.ts';
import { maxAbs, randomArray } from './gradientCheck.ts';

const folder = path.resolve(import.meta.dirname, '../../../../shared/data/models/mobilenetv2-12-qdq');
const sgd = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, decay: 'l2' } as const;

const node = (opType: string, inputs: (string | undefined)[], output: string, attributes = {}) => ({
  ...{ opType, domain: '', name: output, inputs, outputs: [output], attributes },
});

/** A quantised convolution, pooling and a quantised matrix product. */
function quantised(): Graph {
  const levels = (shape: readonly number[], type: 'int8' | 'int32'): Tensor => {
    const values = randomArray(shape, 3, -90, 90).data;
    return { type, shape, data: type === 'int8' ? Int8Array.from(values) : Int32Array.from(values) };
  };
  const byte = (value: number): Tensor => ({ type: 'uint8', shape: [], data: Uint8Array.of(value) });
  const initializers = new Map<string, Tensor>([
    ['s', float32([], [0.02])],
    ['z', byte(120)],
    ['w', levels([4, 2, 3, 3], 'int8')],
    ['ws', float32([4], [0.01, 0.02, 0.005, 0.01])],
    ['wz', { type: 'int8', shape: [4], data: new Int8Array(4) }],
    ['ys', float32([], [0.05])],
    ['yz', byte(0)],
    ['b', levels([4], 'int32')],
    ['v', levels([4, 3], 'int8')],
    ['vs', float32([], [0.01])],
    ['vz', { type: 'int8', shape: [], data: Int8Array.of(0) }],
    ['os', float32([], [0.1])],
    ['oz', byte(128)],
  ]);
  const nodes = [
    node('QuantizeLinear', ['image', 's', 'z'], 'q'),
    node('QLinearConv', ['q', 's', 'z', 'w', 'ws', 'wz', 'ys', 'yz', 'b'], 'c', { pads: ints([1, 1, 1, 1]) }),
    node('DequantizeLinear', ['c', 'ys', 'yz'], 'features'),
    node('GlobalAveragePool', ['features'], 'pooled'),
    node('Flatten', ['pooled'], 'flat', { axis: int(1) }),
    node('QuantizeLinear', ['flat', 'ys', 'yz'], 'p'),
    node('QLinearMatMul', ['p', 'ys', 'yz', 'v', 'vs', 'vz', 'os', 'oz'], 'm'),
    node('DequantizeLinear', ['m', 'os', 'oz'], 'scored'),
  ];
  return {
    ...{ name: 'q', opset: 13, initializers, nodes, values: [], metadata: {} },
    inputs: [{ name: 'image', type: 'float32', shape: ['n', 2, 6, 6] }],
    outputs: [{ name: 'scored', type: 'float32', shape: ['n', 3] }],
  };
}

describe('quantised networks', () => {
  test('quantised operators give what they gave, and are trained in float', async () => {
    const graph = quantised();
    const network = importNetwork(encode(graph));
    expect(network).toMatchObject({ classes: 3, featureLayers: ['features'] });
    expect(network.parameters.length).toBe(3);
    expect(differentiableFrom(network)).toEqual(['features']);
    expect(missingRules(network.graph)).toEqual([]);
    const image = tensorFromArray(randomArray([2, 2, 6, 6], 4));
    const answers: Float64Array[] = [];
    for (const each of [graph, buildInference(decodeNetwork(encodeNetwork(network)))]) {
      const program = await compile(each, { device: 'cpu', threads: 1 });
      const { scored, logits } = await program.run({ image });
      answers.push(Float64Array.from((scored ?? logits)?.data ?? [], Number));
      await program.dispose();
    }
    const [expected, actual] = answers;
    // One step of the scores at most: the engine may add the products in float.
    expect(maxAbs((expected ?? []).map((value, i) => value - (actual?.[i] ?? Number.NaN)))).toBeLessThan(0.101);
    const fresh = replaceHead(network, 2, 1);
    expect(fresh.graph.nodes.filter(({ opType }) => opType.endsWith('Linear'))).toEqual([]);
    const options = { batchSize: 2, inputShape: [2, 6, 6] as const, optimizer: sgd, trainable: fresh.parameters };
    const step = buildTrainStep(fresh, options);
    expect(step.graph.nodes.filter(({ opType }) => opType.endsWith('Linear'))).toEqual([]);
    // With its own head, too, everything that is trained is float: only the image is quantised.
    const whole = buildTrainStep(network, { ...options, trainable: network.parameters });
    const left = whole.graph.nodes.filter(({ opType }) => opType === 'QuantizeLinear');
    expect(left.map(({ inputs }) => inputs[0])).toEqual(['x']);
  });

  const isHere = existsSync(folder);
  test.skipIf(!isHere)(
    `MobileNetV2 in int8 gives its reference${isHere ? '' : ' (skipped: no shared data)'}`,
    async () => {
      const network = importNetwork(readFileSync(path.join(folder, 'mobilenetv2-12-qdq.onnx')));
      const reference = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8'));
      const size = 3 * 224 * 224;
      const image = float32(
        [1, 3, 224, 224],
        Float32Array.from({ length: size }, (_, k) => ((k * 7919) % 1000) / 1000),
      );
      const program = await compile(buildInference(network), { device: 'cpu', threads: 2 });
      const values = Array.from((await program.run({ [network.input]: image })).logits?.data ?? [], Number);
      await program.dispose();
      expect(values.indexOf(Math.max(...values))).toBe(reference.output_argmax);
      const worst = maxAbs(reference.output_first10.map((value: number, i: number) => value - (values[i] ?? 0)));
      expect(worst / Math.max(...values)).toBeLessThan(1e-2);
      expect(network.head.length).toBe(2);
      const fresh = replaceHead(network, 2, 1);
      const options = { batchSize: 2, inputShape: [3, 64, 64] as const, optimizer: sgd };
      const step = buildTrainStep(fresh, { ...options, trainable: fresh.parameters });
      expect(step.state.length).toBe(network.parameters.length);
    },
  );
});

test('what has no rule is named, and layers above it can be trained', () => {
  const network = importNetwork(encode(quantised()));
  const strange = {
    ...network,
    graph: {
      ...network.graph,
      nodes: network.graph.nodes.map((each) =>
        each.outputs[0] === 'q' ? { ...each, opType: 'Floor', inputs: ['image'] } : each,
      ),
    },
  };
  expect(missingRules(strange.graph)).toEqual(['Floor']);
  expect(differentiableFrom(strange)).toEqual(['features']);
});
