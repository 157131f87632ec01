import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { ndArray } from '../../../main/learning/network/array64.ts';
import { writeBackward, writeForward } from '../../../main/learning/network/differentiate.ts';
import type { Graph } from '../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { buildInference, classWeights } from '../../../main/learning/network/inference.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { type LossConfig, lossNodes } from '../../../main/learning/network/loss.ts';
import type { Network } from '../../../main/learning/network/network.ts';
import { withNumberOutput } from '../../../main/learning/network/numberOutput.ts';
import { replaceHead } from '../../../main/learning/network/replaceHead.ts';
import { ensembleNetwork } from '../../../main/learning/training/ensembleNetwork.ts';

const Loss = z.object({ loss: z.number(), gradient: z.array(z.number()) });
const Oracle = z.object({
  losses: z.object({ logits: z.array(z.number()), targets: z.array(z.number()), mse: Loss, huber: Loss }),
});
const file = path.resolve(import.meta.dirname, '../../fixtures/numbers/numbers.json');
const { losses } = Oracle.parse(JSON.parse(readFileSync(file, 'utf8')));
const count = losses.logits.length;

/** The loss of logits `z` and its gradient there. */
function lossGraph(config: LossConfig): Graph {
  const builder = new GraphBuilder('loss');
  builder.input('z', 'float32', [count, 1]);
  builder.input('y', 'float32', [count, 1]);
  builder.input('sampleWeight', 'float32', [count]);
  const nodes = lossNodes(builder, config, { logits: 'z', classes: 1, scores: 'identity' });
  const tape = writeForward(builder, nodes, ['z']);
  const gradient = writeBackward(builder, tape, 'loss', ['z']).get('z') ?? '';
  return builder.build({ loss: 'loss', gradient });
}

describe('losses of a number', () => {
  test.each([
    ['mse', { kind: 'mse' }],
    ['huber', { kind: 'huber', delta: 0.8 }],
  ] as const)('%s and its gradient are what PyTorch gives', (name, config) => {
    const outputs = interpret(lossGraph(config), {
      z: ndArray([count, 1], losses.logits),
      y: ndArray([count, 1], losses.targets),
      sampleWeight: ndArray([count], new Array<number>(count).fill(1)),
    });
    expect(outputs.loss?.data[0]).toBeCloseTo(losses[name].loss, 7);
    const gradient = [...(outputs.gradient?.data ?? [])];
    expect(gradient).toEqual(losses[name].gradient.map((value) => expect.closeTo(value, 7)));
  });
});

const scale = { mean: 40, standardDeviation: 5 };
const picture = ndArray(
  [1, 1, 16, 16],
  Array.from({ length: 256 }, (_, i) => Math.sin(i)),
);
const build = (seed: number): Network => ({
  ...architectureOf('small-cnn').build({ channels: 1, classes: 1, seed }),
  scores: 'identity',
});
const saidBy = (network: Network): number => {
  const outputs = interpret(buildInference(network), { [network.input]: picture });
  expect(outputs.scores?.data[0]).toBe(outputs.logits?.data[0]);
  return Number(outputs.logits?.data[0]);
};

describe('a network that says a number in its unit', () => {
  test('says mean + spread x what it said before, and keeps its last layer', () => {
    const network = build(1);
    const scaled = withNumberOutput(network, scale);
    expect(saidBy(scaled)).toBeCloseTo(40 + 5 * saidBy(network), 4);
    expect(classWeights(scaled)).toBeDefined();
    expect(scaled.graph.nodes).toHaveLength(network.graph.nodes.length);
  });

  test('where the last node is no dense layer, two nodes do it, and a new head takes them away', () => {
    const network = build(1);
    const { graph, logits } = network;
    const nodes = [...graph.nodes, { opType: 'Identity', domain: '', name: 'end', inputs: [logits], outputs: ['end'], attributes: {} }]; // biome-ignore format: one node
    const outputs = graph.outputs.map((info) => ({ ...info, name: 'end' }));
    const other = { ...network, logits: 'end', graph: { ...graph, nodes, outputs } };
    const scaled = withNumberOutput(other, scale);
    expect(saidBy(scaled)).toBeCloseTo(40 + 5 * saidBy(network), 4);
    const fresh = replaceHead(scaled, 1, 3);
    expect(fresh.logits).toBe('end');
    expect(fresh.graph.nodes).toHaveLength(nodes.length);
  });

  test('an ensemble says the mean of its numbers', () => {
    const parts = [build(1), build(2), build(3)].map((network) => withNumberOutput(network, scale));
    const together = ensembleNetwork(parts, [1, 16, 16]);
    expect(together.scores).toBe('identity');
    const mean = parts.reduce((sum, part) => sum + saidBy(part), 0) / parts.length;
    expect(saidBy(together)).toBeCloseTo(mean, 4);
  });
});
