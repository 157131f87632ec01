import type { Graph, Node } from '../network/graph.ts';
import { int } from '../network/graph.ts';
import { inferShapes } from '../network/inferShapes.ts';
import type { Network, Scores } from '../network/network.ts';
import { float32, int64s, type Tensor } from '../network/tensor.ts';

const IMAGE = 'image';
const FEATURES = 'features';

interface Part {
  readonly nodes: readonly Node[];
  readonly initializers: readonly (readonly [string, Tensor])[];
  readonly layer: string;
  readonly logits: string;
}

const node = (
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Node['attributes'] = {},
): Node => ({
  ...{ opType, domain: '', name: output, inputs, outputs: [output], attributes },
});

/** A fold's network under names of its own, with the shared image as input. */
function partOf({ graph, input, logits, featureLayers }: Network, fold: number): Part {
  const prefix = `fold${fold}/`;
  const rename = (name: string | undefined) => {
    if (name === undefined) return undefined;
    return name === input ? IMAGE : prefix + name;
  };
  const nodes = graph.nodes.map((each) => ({
    ...each,
    name: prefix + each.name,
    inputs: each.inputs.map(rename),
    outputs: each.outputs.map(rename),
  }));
  const initializers = [...graph.initializers].map(([name, tensor]) => [prefix + name, tensor] as const);
  return { nodes, initializers, layer: prefix + (featureLayers.at(-1) ?? ''), logits: prefix + logits };
}

/**
 * After the node that makes a fold's last feature map, the fold reads its share of all folds' maps side by side: so one
 * layer holds what every fold saw, and a Grad-CAM there explains the ensemble.
 */
function throughSharedFeatures(
  parts: readonly Part[],
  channels: number,
): { nodes: Node[]; constants: [string, Tensor][] } {
  const before: Node[] = [];
  const after: Node[] = [];
  const constants: [string, Tensor][] = [[`${FEATURES}/axis`, int64s([1])]];
  parts.forEach(({ nodes, layer }, k) => {
    const made = nodes.findIndex((each) => each.outputs.includes(layer));
    const slice = `${layer}/shared`;
    constants.push([`${slice}/start`, int64s([k * channels])], [`${slice}/end`, int64s([(k + 1) * channels])]);
    before.push(...nodes.slice(0, made + 1));
    after.push(node('Slice', [FEATURES, `${slice}/start`, `${slice}/end`, `${FEATURES}/axis`], slice));
    const redirect = (name: string | undefined) => (name === layer ? slice : name);
    after.push(...nodes.slice(made + 1).map((each) => ({ ...each, inputs: each.inputs.map(redirect) })));
  });
  const join = node(
    'Concat',
    parts.map(({ layer }) => layer),
    FEATURES,
    { axis: int(1) },
  );
  return { nodes: [...before, join, ...after], constants };
}

function scoresOf({ logits }: Part, scores: Scores): Node {
  const output = `${logits}/scores`;
  if (scores === 'softmax') return node('Softmax', [logits], output, { axis: int(1) });
  return node(scores === 'sigmoid' ? 'Sigmoid' : 'Identity', [logits], output);
}

/**
 * What gives the mean of the folds' scores again: its logarithm under softmax, log(p / (1 - p)) under sigmoid, itself
 * where it is a number.
 */
function averagedScores(parts: readonly Part[], kind: Scores): { nodes: Node[]; constants: [string, Tensor][] } {
  const scores = parts.map((part) => scoresOf(part, kind));
  const nodes = [...scores];
  let sum = scores[0]?.outputs[0] ?? '';
  scores.slice(1).forEach((each, i) => {
    const output = `scores/sum${i + 2}`;
    nodes.push(node('Add', [sum, each.outputs[0] ?? ''], output));
    sum = output;
  });
  nodes.push(node('Mul', [sum, 'scores/share'], 'scores/mean'));
  if (kind === 'identity') {
    nodes.push(node('Identity', ['scores/mean'], 'ensemble/logits'));
    return { nodes, constants: [['scores/share', float32([], [1 / parts.length])]] };
  }
  nodes.push(node('Add', ['scores/mean', 'scores/floor'], 'scores/positive'));
  if (kind === 'softmax') nodes.push(node('Log', ['scores/positive'], 'ensemble/logits'));
  else
    nodes.push(
      node('Log', ['scores/positive'], 'scores/logYes'),
      node('Sub', ['scores/one', 'scores/mean'], 'scores/others'),
      node('Add', ['scores/others', 'scores/floor'], 'scores/negative'),
      node('Log', ['scores/negative'], 'scores/logNo'),
      node('Sub', ['scores/logYes', 'scores/logNo'], 'ensemble/logits'),
    );
  const constants: [string, Tensor][] = [
    ['scores/share', float32([], [1 / parts.length])],
    // Keeps the logarithm finite where every fold is certain.
    ['scores/floor', float32([], [1e-12])],
    ...(kind === 'sigmoid' ? [['scores/one', float32([], [1])] satisfies [string, Tensor]] : []),
  ];
  return { nodes, constants };
}

/**
 * One network that averages the folds' scores. All folds have the same architecture and read the same image.
 * @param inputShape channels, rows, columns of one image
 */
export function ensembleNetwork(folds: readonly Network[], inputShape: readonly [number, number, number]): Network {
  const [first] = folds;
  if (!first) throw new Error('an ensemble needs a network');
  const parts = folds.map((network, k) => partOf(network, k + 1));
  const types = inferShapes(first.graph, { [first.input]: [1, ...inputShape] });
  const channels = types.get(first.featureLayers.at(-1) ?? '')?.shape[1] ?? 0;
  const shared = throughSharedFeatures(parts, channels);
  const averaged = averagedScores(parts, first.scores);
  const graph: Graph = {
    ...first.graph,
    name: 'ensemble',
    inputs: first.graph.inputs.map((info) => ({ ...info, name: IMAGE })),
    outputs: [{ name: 'ensemble/logits', type: 'float32', shape: ['batch', first.classes] }],
    initializers: new Map([...parts.flatMap((part) => part.initializers), ...shared.constants, ...averaged.constants]),
    nodes: [...shared.nodes, ...averaged.nodes],
    values: [],
    metadata: {},
  };
  return {
    graph,
    input: IMAGE,
    logits: 'ensemble/logits',
    scores: first.scores,
    inputShape: first.inputShape,
    classes: first.classes,
    parameters: folds.flatMap((network, k) => network.parameters.map((name) => `fold${k + 1}/${name}`)),
    featureLayers: [FEATURES],
    head: [],
  };
}
