import { AppError } from '../../domain/errors.ts';
import { compile } from '../engine/compile.ts';
import { loweringFor } from '../engine/devices.ts';
import type { CompileOptions, Program } from '../engine/program.ts';
import { buildGradCam, buildInference, classWeights } from '../network/inference.ts';
import type { Network } from '../network/network.ts';
import { float32, float32Data, type Tensor } from '../network/tensor.ts';
import {
  camFromWeights,
  contrastOf,
  contrastWeights,
  type FeatureMap,
  type Grid,
  gradCam,
  gradCamPlusPlus,
} from './classActivation.ts';
import { latticeAffine, type PixelAffine, tiledLattice } from './gridGeometry.ts';
import { receptiveLattice } from './receptiveField.ts';

export type ExplanationMethod = 'cam' | 'gradcam' | 'gradcam++';

export interface ExplainerOptions extends CompileOptions {
  readonly engine?: string;
  readonly method: ExplanationMethod;
  /** [channels, rows, columns] of one network input. */
  readonly inputShape: readonly [channels: number, rows: number, columns: number];
  /** A feature layer of the network; the last unless told. */
  readonly layer?: string;
}

export interface Explanation {
  readonly logits: readonly number[];
  /** The class the map explains. */
  readonly classIndex: number;
  readonly grid: Grid;
  /** Of a network of several slices: a map for each place, also where no slice is; `grid` is the first of them. */
  readonly slices?: readonly Grid[];
  readonly layer: string;
  readonly method: ExplanationMethod;
  /** Grid (column, row) -> network input (column, row). */
  readonly gridToNetwork: PixelAffine;
  /** How that was found: from the operators' strides and paddings, or, where these are unknown, by even tiling. */
  readonly geometry: 'receptive-field' | 'tiled';
}

/** A class by its index, or the choice of one from the logits (the predicted class by the model's own rule). */
export type ClassChoice = number | ((logits: readonly number[]) => number);

/** A network compiled for explaining one image at a time. Holds native memory until disposed of. */
export interface Explainer {
  /** `input` is [channels, rows, columns] as preprocessing makes it. Same input, same map, bit for bit. */
  explain(input: Float32Array, choice: ClassChoice): Promise<Explanation>;
  dispose(): Promise<void>;
}

type MapOfClass = (
  input: Float32Array,
  choice: ClassChoice,
) => Promise<Pick<Explanation, 'logits' | 'classIndex' | 'grid' | 'slices'>>;

function featureMapOf(tensor: Tensor | undefined, slice = 0): FeatureMap {
  const [, channels = 0, rows = 0, columns = 0] = tensor?.shape ?? [];
  const length = channels * rows * columns;
  return { data: float32Data(tensor).subarray(slice * length, (slice + 1) * length), channels, rows, columns };
}

const chosen = (choice: ClassChoice, logits: readonly number[]) =>
  typeof choice === 'number' ? choice : choice(logits);

function layerOf(network: Network, options: ExplainerOptions): string {
  const layer = options.layer ?? network.featureLayers.at(-1);
  if (layer === undefined) {
    throw new AppError('cam-not-available', 'This network has no layer of feature maps that a heat map could show.');
  }
  return layer;
}

/** Zhou's CAM: one forward run. */
function camProgram(network: Network, program: Program, layer: string, { inputShape }: ExplainerOptions): MapOfClass {
  const dense = classWeights(network);
  if (!dense || layer !== network.featureLayers.at(-1)) {
    const message = network.slices
      ? 'CAM explains one picture; of several slices choose Grad-CAM instead.'
      : 'CAM needs global average pooling and one dense layer after the feature map: use Grad-CAM instead.';
    throw new AppError('cam-not-available', message);
  }
  return async (input, choice) => {
    const outputs = await program.run({ [network.input]: float32([1, ...inputShape], input) });
    const logits = [...float32Data(outputs.logits)];
    const classIndex = chosen(choice, logits);
    const map = featureMapOf(outputs[layer]);
    const contrast = contrastOf(classIndex, network.classes, network.scores);
    return {
      logits,
      classIndex,
      grid: camFromWeights(map, contrastWeights(float32Data(dense), map.channels, contrast)),
    };
  };
}

/** Grad-CAM and Grad-CAM++: forward and backward in one run; a class chosen from the logits may need a second. */
function gradientProgram(network: Network, program: Program, layer: string, options: ExplainerOptions): MapOfClass {
  const mapOf = options.method === 'gradcam' ? gradCam : gradCamPlusPlus;
  const run = async (input: Float32Array, classIndex: number) => {
    const outputs = await program.run({
      [network.input]: float32([1, ...options.inputShape], input),
      classWeight: float32([1, network.classes], contrastOf(classIndex, network.classes, network.scores)),
    });
    const mapOfSlice = (slice: number): Grid =>
      mapOf(featureMapOf(outputs[layer], slice), featureMapOf(outputs[`gradient/${layer}`], slice).data);
    const logits = [...float32Data(outputs.logits)];
    if (!network.slices) return { logits, classIndex, grid: mapOfSlice(0) };
    const slices = Array.from({ length: network.slices.count }, (_, slice) => mapOfSlice(slice));
    return { logits, classIndex, grid: slices[0] ?? mapOfSlice(0), slices };
  };
  return async (input, choice) => {
    const first = await run(input, typeof choice === 'number' ? choice : network.classes - 1);
    const classIndex = chosen(choice, first.logits);
    return classIndex === first.classIndex ? first : run(input, classIndex);
  };
}

function placeGrid(network: Network, layer: string, { inputShape }: ExplainerOptions, grid: Grid) {
  const field = receptiveLattice(network.graph, network.slices?.image ?? network.input, layer);
  if (field) return { gridToNetwork: latticeAffine(field.column, field.row), geometry: 'receptive-field' as const };
  const [, rows, columns] = inputShape;
  const tiled = latticeAffine(tiledLattice(columns, grid.columns), tiledLattice(rows, grid.rows));
  return { gridToNetwork: tiled, geometry: 'tiled' as const };
}

/**
 * Compiles a network for class activation maps. Call it in worker processes only.
 * @throws AppError cam-not-available, not-found (unknown layer), unsupported-operator, unsupported-device, out-of-memory
 */
export async function createExplainer(network: Network, options: ExplainerOptions): Promise<Explainer> {
  const layer = layerOf(network, options);
  const { inputShape, method } = options;
  const graph =
    method === 'cam'
      ? buildInference(network, { features: [layer] })
      : buildGradCam(network, layer, { batchSize: 1, inputShape, lowering: loweringFor(options.device) });
  const program = await compile(graph, options);
  const makeMap = method === 'cam' ? camProgram : gradientProgram;
  try {
    const mapOf = makeMap(network, program, layer, options);
    return {
      async explain(input, choice) {
        const map = await mapOf(input, choice);
        return { ...map, layer, method, ...placeGrid(network, layer, options, map.grid) };
      },
      dispose: () => program.dispose(),
    };
  } catch (error) {
    await program.dispose();
    throw error;
  }
}
