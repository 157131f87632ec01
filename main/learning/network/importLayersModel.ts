import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { GraphBuilder } from './graphBuilder.ts';
import { networkOfForeignGraph } from './importNetwork.ts';
import type { KerasLayer } from './kerasLayers.ts';
import { layerWriters } from './kerasLayers.ts';
import type { Network } from './network.ts';
import type { ExternalData } from './onnx/decode.ts';
import type { Tensor } from './tensor.ts';
import { dataFromBytes, float32, sizeOf } from './tensor.ts';

const Layer = z.object({
  class_name: z.string(),
  config: z.looseObject({ name: z.string() }),
  inbound_nodes: z.array(z.unknown()).optional(),
});

const ModelJson = z.object({
  format: z.string().optional(),
  modelTopology: z.looseObject({
    model_config: z
      .object({
        class_name: z.string(),
        config: z.union([
          z.array(Layer),
          z.looseObject({ layers: z.array(Layer), output_layers: z.unknown().optional() }),
        ]),
      })
      .optional(),
  }),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(z.looseObject({ name: z.string(), shape: z.array(z.number()), dtype: z.string() })),
    }),
  ),
});

type Manifest = z.infer<typeof ModelJson>['weightsManifest'];

/** Weights by name; shards of a group are one run of bytes (TensorFlow.js weights manifest). */
function weightsOf(manifest: Manifest, shards: ExternalData): ReadonlyMap<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const { paths, weights: specs } of manifest) {
    const bytes = Buffer.concat(paths.map((path) => shards(path)));
    let offset = 0;
    for (const { name, shape, dtype, quantization } of specs) {
      if (dtype !== 'float32' || quantization !== undefined)
        throw new AppError('unsupported-operator', `The weights of ${name} are not plain float32.`);
      const length = 4 * sizeOf(shape);
      if (offset + length > bytes.length) throw new AppError('model-damaged', 'The weight files are too short.');
      const data = dataFromBytes('float32', bytes.subarray(offset, offset + length));
      weights.set(name, float32(shape, data as Float32Array));
      offset += length;
    }
  }
  return weights;
}

const Reference = z.tuple([z.string()]).rest(z.unknown());

/** Names of the layers a layer reads; in a Sequential model that is the one before. */
function inputsOf(layer: z.infer<typeof Layer>, before: string | undefined): string[] {
  const [first] = layer.inbound_nodes ?? [];
  const references = z.array(Reference).safeParse(first);
  if (references.success) return references.data.map(([name]) => name);
  return before === undefined ? [] : [before];
}

function inputShape(config: Readonly<Record<string, unknown>>): readonly (number | null)[] | undefined {
  const shape = z.array(z.number().nullable()).safeParse(config.batch_input_shape ?? config.batch_shape);
  return shape.success ? shape.data : undefined;
}

function refuseUnknown(layers: readonly z.infer<typeof Layer>[]): void {
  const missing = layers.map((layer) => layer.class_name).filter((name) => layerWriters[name] === undefined);
  if (missing.length === 0) return;
  const names = [...new Set(missing)].sort().join(', ');
  throw new AppError('unsupported-operator', `The model uses layers Groundglass does not know: ${names}.`);
}

/**
 * A classifier saved by Keras for TensorFlow.js: `model.json` (format layers-model) and its weight shards. Images are
 * taken channels last and get a transpose in front, as in other networks that come from TensorFlow.
 * @param shards bytes of a weight file by the name in the manifest
 * @throws AppError model-damaged, unsupported-operator (names layers), shape-mismatch
 */
export function importLayersModel(json: string, shards: ExternalData): Network {
  const { modelTopology, weightsManifest, format } = parsed(json);
  const topology = modelTopology.model_config;
  if (topology === undefined)
    throw new AppError(
      'unsupported-operator',
      `TensorFlow.js models of format ${format ?? 'unknown'} are not imported; convert to a layers model or to ONNX.`,
    );
  const layers = Array.isArray(topology.config) ? topology.config : topology.config.layers;
  refuseUnknown(layers);
  const weights = weightsOf(weightsManifest, shards);
  const builder = new GraphBuilder('layers-model');
  const values = new Map<string, string>();
  let before: string | undefined;
  for (const layer of layers) {
    const { name } = layer.config;
    const shape = inputShape(layer.config);
    if (builder.inputs.length === 0 && shape !== undefined) {
      if (shape.length !== 4)
        throw new AppError('shape-mismatch', 'The model does not take images [rows, columns, channels].');
      before = `${name}/image`;
      builder.input(before, 'float32', [1, shape[1] ?? 224, shape[2] ?? 224, shape[3] ?? 1]);
      values.set(before, before);
    }
    const given = inputsOf(layer, before).map((source) => values.get(source) ?? '');
    const inputs = layer.class_name === 'InputLayer' ? [before ?? ''] : given;
    const described: KerasLayer = { name, config: layer.config, inputs, weights };
    const write = layerWriters[layer.class_name];
    values.set(name, write?.(builder, described) ?? '');
    before = name;
  }
  const output = values.get(before ?? '') ?? '';
  return networkOfForeignGraph(builder.build({ [`${before}/output`]: builder.op('Identity', [output]) }));
}

function parsed(json: string): z.infer<typeof ModelJson> {
  try {
    return ModelJson.parse(JSON.parse(json));
  } catch (cause) {
    throw new AppError('model-damaged', 'This is not the description of a TensorFlow.js model.', { cause });
  }
}
