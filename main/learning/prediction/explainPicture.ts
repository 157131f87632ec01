import type { CamGrid } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import {
  camFromWeights,
  contrastOf,
  contrastWeights,
  type FeatureMap,
  type Grid,
  gradCam,
  gradCamPlusPlus,
} from '../explanation/classActivation.ts';
import { latticeAffine, type PixelAffine, tiledLattice } from '../explanation/gridGeometry.ts';
import { receptiveLattice } from '../explanation/receptiveField.ts';
import type { Network } from '../network/network.ts';
import type { Tensors } from '../network/tensor.ts';
import type { LoadedNetwork } from './loadModel.ts';

export type CamMethod = CamGrid['method'];

/** Logits of one picture and, when asked for, where they come from. */
export interface ExplainedPicture {
  readonly logits: readonly number[];
  readonly map?: { readonly grid: Grid; readonly layer: string; readonly gridToNetwork: PixelAffine };
}

interface Request {
  /** [1, channels, size, size] */
  readonly input: Float32Array;
  readonly size: number;
  readonly channels: number;
  /** Picks the class to explain once the logits are known. */
  readonly explain?: { readonly method: CamMethod; readonly classIndex: number };
}

/** Runs one network on one picture. Errors: `cam-not-available` where the network gives no map of that kind. */
export async function explainPicture(loaded: LoadedNetwork, request: Request): Promise<ExplainedPicture> {
  const { network } = loaded;
  const feeds = { [network.input]: imageTensor(request) };
  if (!request.explain) return { logits: valuesOf(await (await loaded.inference()).run(feeds), 'logits') };
  const layer = network.featureLayers.at(-1);
  if (layer === undefined) throw new AppError('cam-not-available', 'the network has no feature map to explain from');
  const { method, classIndex } = request.explain;
  const contrast = contrastOf(classIndex, network.classes);
  const program = await loaded.gradCam(layer);
  const outputs = await program.run({
    ...feeds,
    classWeight: { type: 'float32', shape: [1, network.classes], data: contrast },
  });
  const features = featureMap(outputs, layer);
  const grid = method === 'cam' ? camOf(loaded, features, contrast) : gradientMap(method, features, outputs, layer);
  return {
    logits: valuesOf(outputs, 'logits'),
    map: { grid, layer, gridToNetwork: gridToNetwork(network, layer, grid, request.size) },
  };
}

const imageTensor = ({ input, size, channels }: Request) =>
  ({ type: 'float32', shape: [1, channels, size, size], data: input }) as const;

function camOf(loaded: LoadedNetwork, features: FeatureMap, contrast: Float32Array): Grid {
  const dense = loaded.denseWeights();
  if (!dense)
    throw new AppError('cam-not-available', 'CAM needs global average pooling before one dense layer; use Grad-CAM');
  return camFromWeights(features, contrastWeights(dense, features.channels, contrast));
}

function gradientMap(method: CamMethod, features: FeatureMap, outputs: Tensors, layer: string): Grid {
  const gradients = valuesOf(outputs, `gradient/${layer}`);
  return method === 'gradcam++' ? gradCamPlusPlus(features, gradients) : gradCam(features, gradients);
}

function featureMap(outputs: Tensors, layer: string): FeatureMap {
  const tensor = outputs[layer];
  const [, channels, rows, columns] = tensor?.shape ?? [];
  if (!tensor || channels === undefined || rows === undefined || columns === undefined)
    throw new AppError('cam-not-available', `the layer ${layer} is no feature map`);
  return { data: tensor.data as Float32Array, channels, rows, columns };
}

function valuesOf(outputs: Tensors, name: string): number[] {
  const tensor = outputs[name];
  if (!tensor) throw new Error(`the program has no output ${name}`);
  return Array.from(tensor.data as Float32Array);
}

/** Cells sit where their receptive fields are centred; where that is unknown they tile the input evenly. */
function gridToNetwork(network: Network, layer: string, grid: Grid, size: number): PixelAffine {
  const lattice = receptiveLattice(network.graph, network.input, layer);
  if (lattice) return latticeAffine(lattice.column, lattice.row);
  return latticeAffine(tiledLattice(size, grid.columns), tiledLattice(size, grid.rows));
}
