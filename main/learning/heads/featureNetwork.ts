import { AppError } from '../../domain/errors.ts';
import type { Graph, Node } from '../network/graph.ts';
import { int, ints, text } from '../network/graph.ts';
import { inferShapes } from '../network/inferShapes.ts';
import type { Network } from '../network/network.ts';
import { poolSlices, sliceChannels, withoutSlices } from '../network/poolSlices.ts';
import { prune } from '../network/prune.ts';
import { float32, type Tensor } from '../network/tensor.ts';

/** Depths that are pooled: the last feature maps of so many resolutions. */
const DEPTHS = 4;
/** The finest grid with no more cells than this becomes the common one: a quarter of a million numbers a case. */
const MOST_CELLS = 256;

const MAPS = 'head.maps';
const FEATURES = 'head.features';
const LOGITS = 'head.logits';
/** Parameters of a linear head. */
export const headWeight = 'head.weight';
export const headBias = 'head.bias';

const node = (opType: string, inputs: Node['inputs'], output: string, attributes: Node['attributes'] = {}): Node => ({
  ...{ opType, domain: '', name: output, inputs, outputs: [output], attributes },
});

interface DepthMap {
  readonly layer: string;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

function depthsOf(base: Network, inputShape: readonly [number, number, number]): DepthMap[] {
  const types = inferShapes(base.graph, { [base.input]: [1, ...inputShape] });
  return base.featureLayers.slice(-DEPTHS).map((layer) => {
    const [, channels = 0, rows = 1, columns = 1] = types.get(layer)?.shape ?? [];
    return { layer, channels, rows, columns };
  });
}

function commonGrid(depths: readonly DepthMap[]): { rows: number; columns: number } {
  const fits = depths.find(({ rows, columns }) => rows * columns <= MOST_CELLS) ?? depths.at(-1);
  return { rows: fits?.rows ?? 1, columns: fits?.columns ?? 1 };
}

/** Averages a finer map down and repeats the cells of a coarser one: its mean over the image stays what it was. */
function onGrid(depth: DepthMap, grid: { rows: number; columns: number }) {
  const nodes: Node[] = [];
  const constants: [string, Tensor][] = [];
  let { layer: value, rows, columns } = depth;
  const [byRows, byColumns] = [Math.round(rows / grid.rows), Math.round(columns / grid.columns)];
  if (byRows > 1 || byColumns > 1) {
    const kernel = ints([Math.max(1, byRows), Math.max(1, byColumns)]);
    const pooled = `${depth.layer}/averaged`;
    nodes.push(node('AveragePool', [value], pooled, { kernel_shape: kernel, strides: kernel, ceil_mode: int(1) }));
    [rows, columns] = [Math.ceil(rows / Math.max(1, byRows)), Math.ceil(columns / Math.max(1, byColumns))];
    value = pooled;
  }
  if (rows !== grid.rows || columns !== grid.columns) {
    const spread = `${depth.layer}/spread`;
    // A quarter more than wanted where it does not divide: the extent is rounded down.
    const scale = (from: number, to: number) => (to % from === 0 ? to / from : (to + 0.25) / from);
    const scales = float32([4], [1, 1, scale(rows, grid.rows), scale(columns, grid.columns)]);
    constants.push([`${spread}/scales`, scales]);
    const how = {
      mode: text('nearest'),
      coordinate_transformation_mode: text('asymmetric'),
      nearest_mode: text('floor'),
    };
    nodes.push(node('Resize', [value, undefined, `${spread}/scales`], spread, how));
    value = spread;
  }
  return { nodes, constants, value };
}

/** The base up to the pooled features [batch, columns] of several depths. */
function pooledGraph(base: Network, inputShape: readonly [number, number, number]) {
  const depths = depthsOf(base, inputShape);
  if (depths.length === 0)
    throw new AppError('invalid-input', 'This network has no layer of feature maps that could be pooled.');
  const grid = commonGrid(depths);
  const placed = depths.map((depth) => onGrid(depth, grid));
  const values = placed.map(({ value }) => value);
  const nodes = [
    ...placed.flatMap((each) => each.nodes),
    values.length > 1 ? node('Concat', values, MAPS, { axis: int(1) }) : node('Identity', values, MAPS),
    node('GlobalAveragePool', [MAPS], 'head.pooled'),
    node('Flatten', ['head.pooled'], FEATURES),
  ];
  const constants = placed.flatMap((each) => each.constants);
  return { nodes, constants, columns: depths.reduce((sum, { channels }) => sum + channels, 0) };
}

function headed(
  base: Network,
  inputShape: readonly [number, number, number],
  head: { nodes: readonly Node[]; constants: readonly (readonly [string, Tensor])[]; logits: string; classes: number },
): Network {
  const pooled = pooledGraph(base, inputShape);
  const graph: Graph = prune({
    ...base.graph,
    inputs: base.graph.inputs.map((info) =>
      info.name === base.input ? { ...info, shape: ['batch', ...inputShape] } : info,
    ),
    outputs: [{ name: head.logits, type: 'float32', shape: ['batch', head.classes] }],
    initializers: new Map([...base.graph.initializers, ...pooled.constants, ...head.constants]),
    nodes: [...base.graph.nodes, ...pooled.nodes, ...head.nodes],
    values: [],
  });
  const parameters = base.parameters.filter((name) => graph.initializers.has(name));
  const own = head.constants.map(([name]) => name);
  return {
    ...base,
    graph,
    inputShape,
    logits: head.logits,
    scores: 'softmax',
    classes: head.classes,
    parameters: [...parameters, ...own],
    featureLayers: [MAPS],
    head: own,
  };
}

type Shape = readonly [number, number, number];

/** Of a base of several slices: the network of one of them, and its shape. */
const pictureOf = (base: Network, [, rows, columns]: Shape): [Network, Shape] => [
  withoutSlices(base),
  [sliceChannels(base), rows, columns],
];

/** Features of several depths are pooled over the slices of a case as the base pools its own. */
function overSlices(network: Network, { slices }: Network, [all, rows, columns]: Shape): Network {
  if (!slices) return network;
  if (slices.pooling === 'attention')
    throw new AppError(
      'invalid-input',
      'Attention is learned by epochs: choose the dense head, or the mean or maximum over slices.',
    );
  const shape = [all / slices.count - 1, rows, columns] as const;
  return poolSlices(network, { ...slices, seed: 0 }, shape);
}

/** Number of pooled features of a base. */
export function featureCount(base: Network, inputShape: readonly [number, number, number]): number {
  if (base.slices) return featureCount(...pictureOf(base, inputShape));
  return depthsOf(base, inputShape).reduce((sum, { channels }) => sum + channels, 0);
}

/** Columns that come from the deepest map; they are the last ones. */
export function lastDepthColumns(base: Network, inputShape: readonly [number, number, number]): number {
  if (base.slices) return lastDepthColumns(...pictureOf(base, inputShape));
  return depthsOf(base, inputShape).at(-1)?.channels ?? 0;
}

/** A model that was made here has its pooled features already. */
const isPooled = ({ featureLayers }: Network): boolean => featureLayers.at(-1) === MAPS;

function cutAtFeatures(base: Network, columns: number): Network {
  const outputs = [{ name: FEATURES, type: 'float32' as const, shape: ['batch', columns] }];
  const graph = prune({ ...base.graph, outputs, values: [] });
  const parameters = base.parameters.filter((name) => graph.initializers.has(name));
  return { ...base, graph, logits: FEATURES, classes: columns, parameters, head: [] };
}

/** The base with its pooled features as output: what a forest or a memory of neighbours reads. Its classes are features. */
export function featureNetwork(base: Network, inputShape: readonly [number, number, number]): Network {
  if (base.slices) return overSlices(featureNetwork(...pictureOf(base, inputShape)), base, inputShape);
  const columns = featureCount(base, inputShape);
  if (isPooled(base)) return cutAtFeatures(base, columns);
  return headed(base, inputShape, { nodes: [], constants: [], logits: FEATURES, classes: columns });
}

/**
 * The base with a dense layer on its pooled features. The maps of all depths lie on one grid and side by side in one
 * layer before the pooling, so a class activation map there is the exact sum of what every depth adds to the logit.
 */
export function linearNetwork(base: Network, inputShape: readonly [number, number, number], classes: number): Network {
  if (base.slices) return overSlices(linearNetwork(...pictureOf(base, inputShape), classes), base, inputShape);
  if (isPooled(base)) return base; // its dense layer was made anew for these classes
  const columns = featureCount(base, inputShape);
  const constants = [
    [headWeight, float32([classes, columns], new Float32Array(classes * columns))],
    [headBias, float32([classes], new Float32Array(classes))],
  ] as const;
  const dense = node('Gemm', [FEATURES, headWeight, headBias], LOGITS, { transB: int(1) });
  return headed(base, inputShape, { nodes: [dense], constants, logits: LOGITS, classes });
}
