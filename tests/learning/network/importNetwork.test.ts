import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { float, int, ints } from '../../../main/learning/network/graph.ts';
import { importNetwork } from '../../../main/learning/network/importNetwork.ts';
import { buildInference, classWeights } from '../../../main/learning/network/inference.ts';
import type { Network } from '../../../main/learning/network/network.ts';
import { encodeNetwork } from '../../../main/learning/network/network.ts';
import { encode } from '../../../main/learning/network/onnx/encode.ts';
import { replaceHead } from '../../../main/learning/network/replaceHead.ts';
import { float32, sizeOf } from '../../../main/learning/network/tensor.ts';
import { buildTrainStep } from '../../../main/learning/network/trainStep.ts';

const models = path.resolve(import.meta.dirname, '../../../../shared/data/models');
const isHere = existsSync(models);
const sgd = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0, decay: 'l2' } as const;

function load(file: string): Network {
  const at = path.join(models, file);
  return importNetwork(readFileSync(at), (location) => readFileSync(path.join(path.dirname(at), location)));
}

/** A foreign network: no roles, names that training gives a meaning to, and softmax at its end. */
function foreign(network: Network): Uint8Array {
  const graph = network.graph;
  const rename = (name: string) => (name === 'image' ? 'x' : name === network.logits ? 'logits' : name);
  const maybe = (name: string | undefined) => (name === undefined ? name : rename(name));
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(maybe),
    outputs: node.outputs.map(maybe),
  }));
  const last = {
    opType: 'Softmax',
    domain: '',
    name: '',
    inputs: ['logits'],
    outputs: ['y'],
    attributes: { axis: int(1) },
  };
  return encode({
    ...graph,
    inputs: graph.inputs.map((info) => ({ ...info, name: rename(info.name) })),
    outputs: [{ name: 'y', type: 'float32', shape: ['batch', network.classes] }],
    nodes: [...nodes, last],
    metadata: {},
  });
}

describe('importing classifiers', () => {
  test('finds logits, feature layers, head and parameters again', () => {
    const network = architectureOf('resnet18').build({ channels: 3, classes: 4, seed: 1 });
    const found = importNetwork(foreign(network));
    expect(found.classes).toBe(4);
    expect(found.scores).toBe('softmax');
    expect(found.parameters).toEqual(network.parameters);
    expect(found.head).toEqual(network.head);
    // The stem's own resolution counts, too; stages 1 and maxpool share one.
    expect(found.featureLayers).toEqual(['relu', 'layer1', 'layer2', 'layer3', 'layer4']);
    expect(classWeights(found)).toEqual(classWeights(network));
    expect(
      buildTrainStep(found, { batchSize: 2, inputShape: [3, 32, 32], optimizer: sgd, trainable: found.head }).state
        .length,
    ).toBe(4);
  });

  test('keeps the roles of its own networks', () => {
    const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });
    expect(importNetwork(encodeNetwork(network)).featureLayers).toEqual(network.featureLayers);
  });

  test('names operators it does not know', () => {
    const node = {
      domain: '',
      name: '',
      inputs: ['x'],
      outputs: ['y'],
      attributes: { size: int(3), alpha: float(1), k: ints([1]) },
    };
    const bytes = encode({
      name: 'g',
      opset: 13,
      inputs: [{ name: 'x', type: 'float32', shape: [1, 3, 8, 8] }],
      outputs: [{ name: 'y', type: 'float32', shape: [1, 3, 8, 8] }],
      initializers: new Map(),
      nodes: [{ ...node, opType: 'Unheard' }],
      values: [],
      metadata: {},
    });
    const error = expect.objectContaining({
      code: 'unsupported-operator',
      message: expect.stringContaining('Unheard'),
    });
    expect(() => importNetwork(bytes)).toThrowError(error);
  });

  // As the untouched files answer in bare onnxruntime to x[k] = ((k * 7919) mod 1000) / 1000.
  const references = [
    ['brain-tumor-binary/brainTumorModel.onnx', 'scores', [0.8047428131, 0.1567781568]],
    ['medmnist-pneumonia-cnn/pneumoniamnist_cnn.onnx', 'logits', [9.3216247559, -10.6736974716]],
  ] as const;
  test.skipIf(!isHere).each(references)('%s gives its reference %s', async (file, output, expected) => {
    const network = load(file);
    const [channels, rows = 28, columns = 28] = network.inputShape;
    const size = channels * rows * columns;
    const image = float32(
      [1, channels, rows, columns],
      Float32Array.from({ length: size }, (_, k) => ((k * 7919) % 1000) / 1000),
    );
    const program = await compile(buildInference(network), { device: 'cpu', threads: 2 });
    const values = Array.from((await program.run({ [network.input]: image }))[output]?.data ?? [], Number);
    await program.dispose();
    expected.forEach((value, i) => {
      expect(Math.abs((values[i] ?? 0) - value) / Math.abs(value)).toBeLessThan(1e-4);
    });
  });

  const files = [
    ['onnx-light-squeezenet/light_squeezenet.onnx', 1000],
    ['onnx-light-shufflenet/light_shufflenet.onnx', 1000],
    ['onnx-light-densenet121/light_densenet121.onnx', 1000],
    ['onnx-light-inception-v2/light_inception_v2.onnx', 1000],
    ['brain-tumor-binary/brainTumorModel.onnx', 2],
    ['medmnist-pneumonia-cnn/pneumoniamnist_cnn.onnx', 2],
  ] as const;

  // Skipped where the reference models are not on this machine.
  test.skipIf(!isHere).each(files)('%s runs as it did, takes a new head and can be trained', async (file, classes) => {
    const network = load(file);
    expect(network.classes).toBe(classes);
    const [channels, rows = 28, columns = 28] = network.inputShape;
    const inputShape = [channels, rows, columns] as const;
    const image = float32(
      [2, ...inputShape],
      Float32Array.from({ length: 2 * sizeOf(inputShape) }, (_, i) => Math.abs(Math.sin(i))),
    );
    const program = await compile(buildInference(network), { device: 'cpu', threads: 2 });
    const { scores } = await program.run({ [network.input]: image });
    await program.dispose();
    expect(scores?.shape).toEqual([2, classes]);
    const fresh = replaceHead(network, 3, 1);
    const step = buildTrainStep(fresh, { batchSize: 2, inputShape, optimizer: sgd, trainable: fresh.parameters });
    expect(step.state.filter((entry) => entry.role === 'parameter').length).toBe(network.parameters.length);
  });
});
