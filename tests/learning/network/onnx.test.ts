import { describe, expect, test } from 'vitest';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import type { Graph } from '../../../main/learning/network/graph.ts';
import { float, int, ints, text } from '../../../main/learning/network/graph.ts';
import { decodeNetwork, encodeNetwork } from '../../../main/learning/network/network.ts';
import { decode } from '../../../main/learning/network/onnx/decode.ts';
import { encode } from '../../../main/learning/network/onnx/encode.ts';
import { upgrade } from '../../../main/learning/network/onnx/upgrade.ts';
import { float32, int64s } from '../../../main/learning/network/tensor.ts';

const graph: Graph = {
  name: 'g',
  opset: 18,
  inputs: [{ name: 'a', type: 'float32', shape: ['batch', 3] }],
  outputs: [{ name: 'b', type: 'float32', shape: undefined }],
  initializers: new Map([
    ['w', float32([2, 2], [1, -2.5, 3e-8, 4])],
    ['i', int64s([-1, 2 ** 53, -(2 ** 60)])],
    ['s', float32([], [7])],
    ['u', { type: 'bool', shape: [2], data: Uint8Array.of(1, 0) }],
  ]),
  nodes: [
    {
      opType: 'Made',
      domain: '',
      name: 'n',
      inputs: ['a', undefined, 'w'],
      outputs: ['b', undefined, 'c'],
      attributes: {
        zero: int(0),
        axes: ints([1, -1]),
        ratio: float(0.5),
        mode: text('same'),
        many: { kind: 'floats', value: [1, 0.25] },
        words: { kind: 'strings', value: ['x', 'ä'] },
        value: { kind: 'tensor', value: float32([1], [9]) },
      },
    },
  ],
  values: [{ name: 'c', type: 'int64', shape: [] }],
  metadata: { role: 'test', ünicode: 'ja' },
};

describe('ONNX files', () => {
  test('keep everything and are a function of the graph', () => {
    const bytes = encode(graph);
    expect(decode(bytes)).toEqual(graph);
    expect(encode(decode(bytes))).toEqual(bytes);
  });

  test('read from a Node Buffer that shares its memory', () => {
    const bytes = encode(graph);
    const shared = Buffer.alloc(bytes.length + 3);
    shared.set(bytes, 3);
    expect(decode(shared.subarray(3))).toEqual(graph);
  });

  test.each([0, 1, 40, 200])('damage after %i bytes is model-damaged', (length) => {
    expect(() => decode(encode(graph).slice(0, length))).toThrowError(
      expect.objectContaining({ code: 'model-damaged' }),
    );
  });

  test('a network comes back with its roles, and without dates or paths', () => {
    const network = architectureOf('small-cnn').build({ channels: 1, classes: 3, seed: 4 });
    const bytes = encodeNetwork(network, { card: 'x' });
    const again = decodeNetwork(bytes);
    expect({ ...again, graph: undefined }).toEqual({ ...network, graph: undefined });
    expect(again.graph.initializers).toEqual(network.graph.initializers);
    expect(encodeNetwork(decodeNetwork(encodeNetwork(network)))).toEqual(encodeNetwork(network));
    const same = architectureOf('small-cnn').build({ channels: 1, classes: 3, seed: 4 });
    expect(encodeNetwork(same, { card: 'x' })).toEqual(bytes);
  });

  test('older operator sets become this one', () => {
    const node = { domain: '', name: '', inputs: ['a'], outputs: ['m'] };
    const old: Graph = {
      ...graph,
      opset: 9,
      nodes: [
        { ...node, opType: 'ReduceMean', attributes: { axes: ints([1]) } },
        { ...node, opType: 'Clip', inputs: ['m'], outputs: ['k'], attributes: { min: float(0), max: float(6) } },
        { ...node, opType: 'Softmax', inputs: ['k'], outputs: ['b'], attributes: {} },
      ],
    };
    const now = upgrade(old);
    expect(now.opset).toBe(18);
    expect(now.nodes.map((each) => each.inputs.length)).toEqual([2, 3, 1]);
    expect(now.nodes[2]?.attributes).toEqual({ axis: int(1) });
    expect(now.initializers.get('k/max')?.data[0]).toBe(6);
  });
});
