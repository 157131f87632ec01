import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { poolingWords } from '../../contract/caseShape.ts';
import { ModelCard } from '../../contract/models.ts';
import type { NetworkDescription } from '../../contract/networks.ts';
import { AppError } from '../../domain/errors.ts';
import { architectures } from '../network/architectures/registry.ts';
import { describeNetwork } from '../network/describe/describeNetwork.ts';
import { withoutSlices } from '../network/poolSlices.ts';
import { readNetwork } from './readNetwork.ts';

export interface DescribeModelInput {
  /** Model folder, ONNX file or model.json. */
  readonly path: string;
  readonly title: string;
  readonly batchSize: number;
  /** Side of the image where the model takes any; else it is the model's own. */
  readonly size?: number;
}

const defaultSize = 224;

/** One network of an ensemble stands for all: they are of one kind. */
function fileOf(path: string): { file: string; card?: ModelCard } {
  if (!existsSync(path)) throw new AppError('file-not-found', 'There is no model at that place.');
  if (!statSync(path).isDirectory()) return { file: path };
  const card = ModelCard.parse(JSON.parse(readFileSync(join(path, 'model-card.json'), 'utf8')));
  return { file: join(path, card.folds === undefined ? 'model.onnx' : 'fold-1.onnx'), card };
}

function words(card: ModelCard | undefined, architecture: string | undefined): string {
  const kind =
    architectures.find(({ id }) => id === architecture)?.title ?? architecture ?? 'A network of another program';
  const folds = card?.folds === undefined ? '' : `, one of ${card.folds} of the same kind whose answers are averaged`;
  const slices = card?.preprocessing?.slices?.count;
  const over =
    slices === undefined ? '' : ` It looks so at each of ${slices} slices (${poolingWords[card?.pooling ?? 'mean']}).`;
  return card
    ? `${kind}${folds}, for ${card.classes.join(card.task === 'classification' ? ' or ' : ', ')}.${over}`
    : `${kind}.`;
}

/** The inside of a trained or imported model. Errors: `file-not-found`, `model-damaged`, those of the import. */
export function describeModel({ path, title, batchSize, size }: DescribeModelInput): NetworkDescription {
  const { file, card } = fileOf(path);
  // Of several slices the network of one is drawn.
  const network = withoutSlices(readNetwork(file));
  const [channels, rows, columns] = network.inputShape;
  const side = size ?? card?.preprocessing?.size ?? defaultSize;
  const inputShape = [channels, rows ?? side, columns ?? side] as const;
  return describeNetwork(network, inputShape, { title, batchSize, description: words(card, network.architecture) });
}
