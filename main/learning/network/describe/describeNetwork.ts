import type { LayerDescription, NetworkDescription, StageDescription } from '../../../contract/networks.ts';
import { fullCost, multiplyAddsOf } from '../costEstimate.ts';
import type { Node } from '../graph.ts';
import { inferShapes } from '../inferShapes.ts';
import { type Network, upstream } from '../network.ts';
import type { ValueType } from '../ops/op.ts';
import { bytesPerElement, sizeOf } from '../tensor.ts';
import { foldLayers } from './foldLayers.ts';
import { layerTitle } from './layerTitle.ts';
import { type Field, fieldOf } from './receptiveField.ts';

type Types = ReadonlyMap<string, ValueType>;

interface Described {
  readonly network: Network;
  readonly types: Types;
  readonly parameters: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, Field>;
  /** Side of the image. */
  readonly size: number;
}

/** The nodes that work on the image; what only computes with shapes is not drawn. */
function imageNodes({ graph, input }: Network, types: Types): Node[] {
  const varying = new Set([input]);
  return graph.nodes.filter((node) => {
    const isVarying = node.inputs.some((name) => name !== undefined && varying.has(name));
    const isKnown = node.outputs.every((name) => name === undefined || types.get(name)?.constant !== undefined);
    if (!isVarying || isKnown) return false;
    for (const name of node.outputs) if (name !== undefined) varying.add(name);
    return true;
  });
}

function fieldsOf(nodes: readonly Node[], input: string, types: Types): Map<string, Field> {
  const fields = new Map<string, Field>([[input, { pixels: 1, step: 1 }]]);
  for (const node of nodes) {
    const inputs = node.inputs.flatMap((name) => (name === undefined ? [] : (fields.get(name) ?? [])));
    const field = fieldOf(node, inputs, types);
    for (const name of node.outputs) if (name !== undefined && field !== undefined) fields.set(name, field);
  }
  return fields;
}

/** Nodes of each stage in order: up to the first feature layer, on to the next, ..., and what comes after the last. */
function stagesOf(network: Network, nodes: readonly Node[]): { layer?: string; nodes: Node[] }[] {
  let rest = [...nodes];
  const stages: { layer?: string; nodes: Node[] }[] = network.featureLayers.map((layer) => {
    const needed = upstream(network.graph, layer);
    const isBefore = ({ outputs }: Node): boolean => outputs.some((name) => name !== undefined && needed.has(name));
    const stage = { layer, nodes: rest.filter(isBefore) };
    rest = rest.filter((node) => !isBefore(node));
    return stage;
  });
  return [...stages, { nodes: rest }].filter((stage) => stage.nodes.length > 0);
}

const perImage = (shape: readonly number[]): number[] => [...shape.slice(1)];

function parametersOf(nodes: readonly Node[], { network, parameters }: Described): number {
  const names = new Set(
    nodes.flatMap(({ inputs }) => inputs.filter((name) => name !== undefined && parameters.has(name))),
  );
  return [...names].reduce((sum, name) => sum + sizeOf(network.graph.initializers.get(name ?? '')?.shape ?? []), 0);
}

function describeStage(
  stage: { layer?: string; nodes: Node[] },
  title: string,
  described: Described,
): StageDescription {
  const { types, fields, size } = described;
  const inside = new Set(stage.nodes.flatMap(({ outputs }) => outputs));
  const entering = new Set([...fields.keys()].filter((name) => !inside.has(name)));
  const work = (nodes: readonly Node[]): number => nodes.reduce((sum, node) => sum + multiplyAddsOf(node, types), 0);
  const layers = foldLayers(stage.nodes, entering).map(({ nodes, inputs }): LayerDescription => {
    const last = nodes.at(-1)?.outputs[0] ?? '';
    return {
      title: layerTitle(nodes, types),
      names: nodes.map((node) => node.name || (node.outputs[0] ?? '')),
      ops: nodes.map(({ opType }) => opType),
      inputs: [...inputs],
      shape: perImage(types.get(last)?.shape ?? []),
      parameters: parametersOf(nodes, described),
      multiplyAdds: work(nodes),
    };
  });
  const result = stage.layer ?? stage.nodes.at(-1)?.outputs[0] ?? '';
  const field = fields.get(result)?.pixels ?? Number.POSITIVE_INFINITY;
  let activationBytes = 0;
  for (const name of inside) {
    const type = types.get(name ?? '');
    if (type) activationBytes += sizeOf(type.shape) * bytesPerElement(type.type);
  }
  return {
    title,
    ...(stage.layer === undefined ? {} : { layer: stage.layer }),
    shape: perImage(types.get(result)?.shape ?? []),
    parameters: parametersOf(stage.nodes, described),
    multiplyAdds: work(stage.nodes),
    activationBytes,
    ...(field < size ? { receptiveField: Math.round(field) } : {}),
    layers,
  };
}

/** What describing needs besides the network. */
export interface DescribeOptions {
  readonly title: string;
  readonly description: string;
  readonly batchSize: number;
  readonly minimumSize?: number;
}

/**
 * The inside of a network for one size of image: its stages, their layers in words, feature maps, weights and work. By
 * shape inference alone; nothing is run.
 * @param inputShape channels, rows, columns
 * @throws AppError shape-mismatch, unsupported-operator
 */
export function describeNetwork(
  network: Network,
  inputShape: readonly [number, number, number],
  { batchSize, ...words }: DescribeOptions,
): NetworkDescription {
  const types = inferShapes(network.graph, { [network.input]: [1, ...inputShape] });
  const nodes = imageNodes(network, types);
  const described: Described = {
    ...{ network, types, parameters: new Set(network.parameters), size: inputShape[1] },
    fields: fieldsOf(nodes, network.input, types),
  };
  const stages = stagesOf(network, nodes);
  const hasMaps = network.featureLayers.length > 0;
  const titleAt = (i: number): string => {
    if (!hasMaps) return 'The network';
    return stages[i]?.layer === undefined ? 'Head: the answer' : `Stage ${i + 1}`;
  };
  return {
    ...words,
    inputShape: [...inputShape],
    classes: network.classes,
    ...fullCost(network, inputShape, { batchSize, slots: 2 }),
    batchSize,
    stages: stages.map((stage, i) => describeStage(stage, titleAt(i), described)),
  };
}
