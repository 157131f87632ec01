import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { activationOf } from '../../contract/datasetTask.ts';
import type { TrainingConfig } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { sha256Hex } from '../dataset/canonicalJson.ts';
import type { SnapshotIndex } from '../dataset/openSnapshot.ts';
import { pixelHashesOf } from '../dataset/snapshotManifest.ts';
import { architectureOf } from '../network/architectures/registry.ts';
import { decodeNetwork, type Network, withState } from '../network/network.ts';
import { poolSlices, withoutSlices } from '../network/poolSlices.ts';
import { replaceHead } from '../network/replaceHead.ts';
import type { Tensor } from '../network/tensor.ts';

/** A trained model that a training starts from. */
export interface Backbone {
  readonly network: Network;
  readonly sha256: string;
  /** Who and what it has seen: that counts as seen by its descendants, too. */
  readonly seenPatients: readonly string[];
  readonly seenPixels: readonly string[];
}

const SeenCard = z.object({ seenPatients: z.array(z.string()), seenPixels: z.array(z.string()) });

/** `file` is a model folder (of an ensemble its first fold is taken) or a model.onnx beside its card. */
export function openBackbone(file: string): Backbone {
  if (!existsSync(file)) throw new AppError('file-not-found', 'The model to start from is not there.');
  const isFolder = statSync(file).isDirectory();
  const folder = isFolder ? file : path.dirname(file);
  const fold = path.join(folder, 'fold-1.onnx');
  const model = isFolder && existsSync(fold) ? fold : isFolder ? path.join(folder, 'model.onnx') : file;
  const bytes = readFileSync(model);
  const cardFile = path.join(folder, 'model-card.json');
  const card = existsSync(cardFile)
    ? SeenCard.parse(JSON.parse(readFileSync(cardFile, 'utf8')))
    : { seenPatients: [], seenPixels: [] };
  return { network: decodeNetwork(bytes), sha256: sha256Hex(bytes), ...card };
}

/** Throws `seen-in-training` where the model to start from has seen cases that are to test its descendant. */
export function refuseSeenTest(snapshot: SnapshotIndex, backbone: Backbone): void {
  const patients = new Set(backbone.seenPatients);
  const pixels = new Set(backbone.seenPixels);
  const { manifest, splits } = snapshot;
  const tested = manifest.cases.filter((_, i) => splits.kind === 'folds' || splits.parts[i] === 'test');
  const seen = tested.filter(
    (c) =>
      [c.patientId, ...(c.linkedIds ?? [])].some((id) => patients.has(sha256Hex(id))) ||
      pixelHashesOf(c).some((hash) => pixels.has(hash)),
  );
  if (seen.length === 0) return;
  const message = `The model to start from was trained on ${seen.length} of the cases that would test the new one.`;
  throw new AppError('seen-in-training', `${message} Start from another model, or train from scratch.`);
}

const withScores = (network: Network, { manifest }: SnapshotIndex): Network => ({
  ...network,
  scores: activationOf(manifest.recipe.task),
});

/**
 * Of a dataset of several slices the network looks at each and pools; what a model to start from knows of one picture or
 * of slices goes on with either. Throws `invalid-input` for a mode that needs a backbone or for slices to be pooled where
 * there are none, `shape-mismatch` for one with other channels.
 */
export function startingNetwork(config: TrainingConfig, snapshot: SnapshotIndex, backbone?: Backbone): Network {
  const { classes, preprocessing } = snapshot.manifest;
  const { channels, size, slices } = preprocessing;
  const shape = { channels, size, classes: classes.length };
  const network = withScores(networkOfPicture(config, shape, backbone), snapshot);
  if (!slices) {
    if (config.pooling === undefined) return network;
    throw new AppError('invalid-input', 'A case of this dataset is one picture: there are no slices to pool.');
  }
  const { pooling = 'mean', seed } = config;
  const pooled = poolSlices(network, { count: slices.count, pooling, seed }, [channels, size, size]);
  const known = backbone?.network.slices?.parameters ?? [];
  return withState(
    pooled,
    Object.fromEntries(
      known.flatMap((name) => [[name, backbone?.network.graph.initializers.get(name)] as const]).filter(isThere),
    ),
  );
}

const isThere = (entry: readonly [string, Tensor | undefined]): entry is readonly [string, Tensor] =>
  entry[1] !== undefined;

interface PictureShape {
  readonly channels: number;
  readonly size: number;
  readonly classes: number;
}

function networkOfPicture(
  config: TrainingConfig,
  { channels, size, classes }: PictureShape,
  backbone?: Backbone,
): Network {
  if (!backbone) {
    if (config.mode === 'fine-tune')
      throw new AppError('invalid-input', 'Fine-tuning starts from a trained model: choose one.');
    const architecture = architectureOf(config.architecture);
    if (size < architecture.minimumSize)
      throw new AppError(
        'invalid-input',
        `${architecture.title} needs images of ${architecture.minimumSize} pixels or more.`,
      );
    return architecture.build({ channels, classes, seed: config.seed });
  }
  const network = withoutSlices(backbone.network);
  if (network.inputShape[0] !== channels)
    throw new AppError(
      'shape-mismatch',
      `The model to start from reads ${network.inputShape[0]} channels, the dataset has ${channels}.`,
    );
  return replaceHead(network, classes, config.seed);
}
