import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ModelCard } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { compile } from '../engine/compile.ts';
import type { Program } from '../engine/program.ts';
import { buildGradCam } from '../network/buildGradCam.ts';
import { buildInference } from '../network/buildInference.ts';
import { classWeights } from '../network/classWeights.ts';
import { importNetwork } from '../network/importNetwork.ts';
import type { Network } from '../network/network.ts';

/** One network of a model with its programs, compiled when first needed. */
export interface LoadedNetwork {
  readonly network: Network;
  inference(): Promise<Program>;
  gradCam(layer: string): Promise<Program>;
  /** Dense weights [classes, channels] behind global average pooling; undefined for other heads. */
  denseWeights(): Float32Array | undefined;
  dispose(): Promise<void>;
}

/** A model ready to run: one network, or the networks of a fold ensemble whose scores are averaged. */
export interface LoadedModel {
  readonly card: ModelCard;
  readonly networks: readonly LoadedNetwork[];
  /** Channels and side of the input picture. */
  readonly channels: 1 | 3;
  readonly size: number;
  dispose(): Promise<void>;
}

const defaultSize = 224;

/**
 * Loads a model folder (model-card.json beside model.onnx, and fold-N.onnx for an ensemble) or a bare .onnx file.
 * Errors: `file-not-found`, `model-damaged`, `unsupported-operator`.
 */
export function loadModel(path: string, threads: number): LoadedModel {
  if (!existsSync(path)) throw new AppError('file-not-found', 'there is no model at that place');
  const isFolder = statSync(path).isDirectory();
  const card = isFolder ? readCard(join(path, 'model-card.json')) : undefined;
  const files = isFolder ? networkFiles(path, card?.folds) : [path];
  const networks = files.map((file) =>
    loadNetwork(importNetwork(readFileSync(file)), card?.preprocessing?.size, threads),
  );
  const [first] = networks;
  if (!first) throw new AppError('model-damaged', 'the model folder holds no network');
  const known = card ?? cardOfStranger(first.network, basename(path));
  return {
    card: known,
    networks,
    channels: known.preprocessing?.channels ?? (first.network.inputShape[0] === 3 ? 3 : 1),
    size: known.preprocessing?.size ?? first.network.inputShape[1] ?? defaultSize,
    dispose: async () => {
      await Promise.all(networks.map((network) => network.dispose()));
    },
  };
}

function networkFiles(folder: string, folds: number | undefined): string[] {
  if (folds === undefined) return [join(folder, 'model.onnx')];
  return Array.from({ length: folds }, (_, fold) => join(folder, `fold-${fold + 1}.onnx`));
}

function readCard(path: string): ModelCard {
  if (!existsSync(path)) throw new AppError('model-damaged', 'the model folder has no model-card.json');
  try {
    return ModelCard.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new AppError('model-damaged', 'model-card.json cannot be read', { cause });
  }
}

/** A network without a card: classes by number, no threshold, and the whole image scaled to its input. */
function cardOfStranger(network: Network, name: string): ModelCard {
  return {
    name,
    task: 'classification',
    architecture: network.architecture ?? 'imported',
    classes: Array.from({ length: network.classes }, (_, index) => `class ${index}`),
    unit: 'image',
    seenPatients: [],
    seenPixels: [],
    intendedUse: 'Research use only. Imported without a model card: training data and preprocessing are unknown.',
  };
}

function loadNetwork(network: Network, size: number | undefined, threads: number): LoadedNetwork {
  const programs = new Map<string, Promise<Program>>();
  const once = (key: string, make: () => Promise<Program>): Promise<Program> => {
    const known = programs.get(key) ?? make();
    programs.set(key, known);
    return known;
  };
  const device = { device: 'cpu', threads } as const;
  const [channels, rows, columns] = network.inputShape;
  const side = size ?? rows ?? defaultSize;
  return {
    network,
    inference: () => once('inference', () => compile(buildInference(network), device)),
    gradCam: (layer) =>
      once(`gradcam ${layer}`, () =>
        compile(
          buildGradCam(network, layer, { batchSize: 1, inputShape: [channels, side, size ?? columns ?? side] }),
          device,
        ),
      ),
    denseWeights: () => classWeights(network)?.data as Float32Array | undefined,
    dispose: async () => {
      for (const program of await Promise.all(programs.values())) await program.dispose();
      programs.clear();
    },
  };
}
