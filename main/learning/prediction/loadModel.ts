import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ModelCard, type Preprocessing } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { inputShapeOf } from '../dataset/caseInput.ts';
import { compile } from '../engine/compile.ts';
import type { CompileOptions, Program } from '../engine/program.ts';
import { createExplainer, type Explainer, type ExplanationMethod } from '../explanation/explainer.ts';
import { decodeHead, headFileName } from '../heads/headFile.ts';
import { type TableHead, withTableHead } from '../heads/tableHead.ts';
import { importNetwork } from '../network/importNetwork.ts';
import { buildInference } from '../network/inference.ts';
import type { Network } from '../network/network.ts';
import { externalDataOf } from './externalData.ts';
import { cardOfStranger } from './strangerCard.ts';

/** One network of a model; its programs are compiled when first needed and kept. */
export interface LoadedNetwork {
  readonly network: Network;
  /** What reads the network's features where its head is no part of the graph; `inference` has it built in. */
  readonly head?: TableHead;
  inference(): Promise<Program>;
  explainer(method: ExplanationMethod): Promise<Explainer>;
  dispose(): Promise<void>;
}

/** A model ready to run: one network, or the networks of a fold ensemble, whose scores are averaged. */
export interface LoadedModel {
  readonly card: ModelCard;
  readonly preprocessing: Preprocessing;
  readonly networks: readonly LoadedNetwork[];
  dispose(): Promise<void>;
}

const defaultSize = 224;

/**
 * Loads a model folder (model-card.json beside model.onnx, and fold-N.onnx for an ensemble) or a bare .onnx file.
 * Errors: `file-not-found`, `model-damaged`, `unsupported-operator`.
 */
export function loadModel(path: string, options: CompileOptions): LoadedModel {
  if (!existsSync(path)) throw new AppError('file-not-found', 'There is no model at that place.');
  const isFolder = statSync(path).isDirectory();
  const card = isFolder ? readCard(join(path, 'model-card.json')) : undefined;
  const files = isFolder ? networkFiles(path, card?.folds) : [path];
  const graphs = files.map((file) => importNetwork(readFileSync(file), externalDataOf(file)));
  const heads = files.map(headBeside);
  if (!isFolder && heads[0])
    throw new AppError('invalid-input', 'The last step of this network is in the file beside it: give the folder.');
  const [first] = graphs;
  if (!first) throw new AppError('model-damaged', 'The model folder holds no network.');
  if (first.slices && !card)
    throw new AppError(
      'invalid-input',
      'This network looks at several slices, chosen as its card says: give the folder.',
    );
  const known = card ?? cardOfStranger(first, basename(path));
  const preprocessing = known.preprocessing ?? plainPreprocessing(first);
  const networks = graphs.map((network, i) => loadNetwork(network, heads[i], preprocessing, options));
  return {
    card: known,
    preprocessing,
    networks,
    dispose: async () => {
      await Promise.all(networks.map((network) => network.dispose()));
    },
  };
}

function networkFiles(folder: string, folds: number | undefined): string[] {
  if (folds === undefined) return [join(folder, 'model.onnx')];
  return Array.from({ length: folds }, (_, fold) => join(folder, `fold-${fold + 1}.onnx`));
}

/** The head of a network that ends in features; undefined where the graph holds its own. */
function headBeside(file: string): TableHead | undefined {
  const path = join(dirname(file), headFileName(basename(file, '.onnx')));
  return existsSync(path) ? decodeHead(readFileSync(path, 'utf8')) : undefined;
}

function readCard(path: string): ModelCard {
  if (!existsSync(path)) throw new AppError('model-damaged', 'The model folder has no model-card.json.');
  try {
    return ModelCard.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new AppError('model-damaged', 'model-card.json cannot be read.', { cause });
  }
}

/** Without a card: the whole image in its own grey range, 0 to 1. */
function plainPreprocessing({ inputShape: [channels, rows] }: Network): Preprocessing {
  return { size: rows ?? defaultSize, resize: 'fit', channels: channels === 3 ? 3 : 1, mean: 0, standardDeviation: 1 };
}

const noGradient: Readonly<Record<TableHead['kind'], string>> = {
  forest: 'A random forest has no gradient, so there is no heat map of it.',
  knn: 'A vote of nearest neighbours has no gradient, so there is no heat map of it.',
};

/** Why no heat map can be made of a model, for people; undefined where one can. */
export function whyNoMap({ networks }: Pick<LoadedModel, 'networks'>): string | undefined {
  const head = networks.find((network) => network.head)?.head;
  return head && `${noGradient[head.kind]} A logistic, SVM or dense head has one.`;
}

function loadNetwork(
  network: Network,
  head: TableHead | undefined,
  preprocessing: Preprocessing,
  options: CompileOptions,
): LoadedNetwork {
  let program: Promise<Program> | undefined;
  const explainers = new Map<ExplanationMethod, Promise<Explainer>>();
  return {
    network,
    ...(head && { head }),
    inference: () => {
      program ??= compile(buildInference(network), options).then((made) => (head ? withTableHead(made, head) : made));
      return program;
    },
    explainer: (method) => {
      if (head)
        throw new AppError('cam-not-available', `${noGradient[head.kind]} A logistic, SVM or dense head has one.`);
      const known =
        explainers.get(method) ??
        createExplainer(network, { ...options, method, inputShape: inputShapeOf(preprocessing) });
      explainers.set(method, known);
      return known;
    },
    dispose: async () => {
      const held = await Promise.allSettled([program, ...explainers.values()]);
      for (const result of held) if (result.status === 'fulfilled') await result.value?.dispose();
    },
  };
}
