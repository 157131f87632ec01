import { activationOf } from '../../contract/datasetTask.ts';
import type { ModelCard } from '../../contract/models.ts';
import type { TestTimeAugmentation } from '../../contract/testTimeAugmentation.ts';
import { AppError } from '../../domain/errors.ts';
import { labelThresholds } from '../../domain/statistics/labelThresholds.ts';
import { type Activation, logitsOfMeanScores, scoresFrom, softmax } from '../../domain/statistics/scores.ts';
import { chooseThreshold, type Threshold } from '../../domain/statistics/thresholdRule.ts';
import { type Snapshot, splitOfCases } from '../dataset/openSnapshot.ts';
import { tableHeadLogits } from '../heads/tableHead.ts';
import type { InputSource } from '../training/inputSource.ts';
import { Scorer } from '../training/scorer.ts';
import { labelAnswers } from '../training/trainingCases.ts';
import { averagePerCase, type CaseOutput, type FoldOutput } from './foldScores.ts';
import type { LoadedModel, LoadedNetwork } from './loadModel.ts';
import { refuseSeen } from './refuseSeen.ts';
import { averageViews, viewSources } from './testTimeAugmentation.ts';

export interface PredictInput {
  /** train, val or test. */
  readonly split: string;
  readonly tta?: TestTimeAugmentation;
  readonly threads: number;
}

export interface PredictHooks {
  readonly progress: (value: { fraction: number; message: string }) => void;
  readonly signal: AbortSignal;
}

/** What the networks say of cases, in the order of the snapshot. */
export interface Predicted {
  readonly outputs: readonly CaseOutput[];
  /** Out of fold: what each network said, not yet averaged. */
  readonly byFold?: readonly FoldOutput[];
  readonly threshold: Threshold | undefined;
}

interface RunOptions {
  readonly threads: number;
  readonly activation: Activation;
}

async function logitsOf(
  { network, head }: LoadedNetwork,
  views: readonly InputSource[],
  cases: readonly number[],
  { threads, activation }: RunOptions,
): Promise<number[][]> {
  const scorer = await Scorer.compile(network, { engine: 'onnxruntime', device: 'cpu', threads });
  try {
    const rowsOf = async (view: InputSource) => {
      const rows = await scorer.logits(view, cases);
      return head ? rows.map((features) => tableHeadLogits(head, features)) : rows;
    };
    return await averageViews(views, rowsOf, activation);
  } finally {
    await scorer.dispose();
  }
}

/** Each case by the networks that were not trained on its patient, at those folds' own validation thresholds. */
export async function predictOutOfFold(
  model: LoadedModel,
  snapshot: Snapshot,
  input: PredictInput,
  hooks: PredictHooks,
): Promise<Predicted> {
  const options = { threads: input.threads, activation: activationOf(model.card.task) };
  const views = viewSources(snapshot.levelsOf, model.preprocessing, input.tta);
  const found: FoldOutput[] = [];
  for (const [k, network] of model.networks.entries()) {
    hooks.signal.throwIfAborted();
    hooks.progress({
      fraction: (0.8 * k) / model.networks.length,
      message: `fold ${k + 1} of ${model.networks.length}`,
    });
    const parts = splitOfCases(snapshot, k + 1);
    const at = (name: string): number[] => parts.flatMap((part, i) => (part === name ? [i] : []));
    const [val, test] = [at('val'), at('test')];
    const threshold = await validationThreshold(network, views, val, snapshot, model.card, options);
    const thresholds = await validationLabels(network, views, val, snapshot, options);
    const logits = await logitsOf(network, views, test, options);
    test.forEach((caseIndex, i) => {
      const own = {
        ...(threshold && { threshold: threshold.value }),
        ...(thresholds && { thresholds: thresholds.map(({ value }) => value) }),
      };
      found.push({ fold: k, caseIndex, logits: logits[i] ?? [], ...own });
    });
  }
  const rule = 'largest Youden index on validation, per fold';
  return {
    outputs: averagePerCase(found, options.activation),
    byFold: found,
    threshold: { value: model.card.threshold?.value ?? 0.5, rule },
  };
}

async function validationThreshold(
  network: LoadedNetwork,
  views: readonly InputSource[],
  val: readonly number[],
  { manifest }: Snapshot,
  { positive, classes }: ModelCard,
  options: RunOptions,
): Promise<Threshold | undefined> {
  if (positive === undefined) return undefined;
  const logits = await logitsOf(network, views, val, options);
  const scores = logits.map((row) => softmax(row)[classes.indexOf(positive)] ?? 0);
  return chooseThreshold(
    { kind: 'youden' },
    scores,
    val.map((i) => manifest.cases[i]?.className === positive),
  );
}

/** Of several labels: the threshold of each on the validation cases of a fold. */
async function validationLabels(
  network: LoadedNetwork,
  views: readonly InputSource[],
  val: readonly number[],
  { manifest }: Snapshot,
  options: RunOptions,
): Promise<Threshold[] | undefined> {
  if (manifest.recipe.task !== 'multi-label') return undefined;
  const logits = await logitsOf(network, views, val, options);
  return labelThresholds(
    manifest.classes.length,
    logits.map((row) => scoresFrom(row, 'sigmoid')),
    val.map((i) => labelAnswers(manifest.cases[i] ?? {})),
  );
}

/** One split of a snapshot by a model that has not seen it; the networks of an ensemble answer together. */
export async function predictSplit(
  model: LoadedModel,
  snapshot: Snapshot,
  input: PredictInput,
  hooks: PredictHooks,
): Promise<Predicted> {
  const options = { threads: input.threads, activation: activationOf(model.card.task) };
  const caseIndexes = casesOfSplit(snapshot, input.split);
  refuseSeen(model.card, snapshot, caseIndexes);
  const views = viewSources(snapshot.levelsOf, model.preprocessing, input.tta);
  const perNetwork: number[][][] = [];
  for (const [k, network] of model.networks.entries()) {
    hooks.signal.throwIfAborted();
    hooks.progress({ fraction: (0.8 * k) / model.networks.length, message: 'running the model' });
    perNetwork.push(await logitsOf(network, views, caseIndexes, options));
  }
  const outputs = caseIndexes.map((caseIndex, i): CaseOutput => {
    const rows = perNetwork.map((of) => of[i] ?? []);
    return { caseIndex, logits: logitsOfMeanScores(rows, options.activation) };
  });
  return { outputs, threshold: await thresholdOverViews(model, snapshot, views, input) };
}

/** Views change scores: the threshold is chosen anew over them where the model's own validation cases are at hand. */
async function thresholdOverViews(
  { card, networks }: LoadedModel,
  snapshot: Snapshot,
  views: readonly InputSource[],
  { tta, threads }: PredictInput,
): Promise<Threshold | undefined> {
  const [network] = networks;
  const { splits, manifest } = snapshot;
  if (!tta || !card.threshold || !network) return card.threshold;
  const plain = { ...card.threshold, rule: `${card.threshold.rule}, over pictures as they are` };
  if (card.snapshotHash !== manifest.hash || splits.kind === 'folds') return plain;
  const val = splits.parts.flatMap((part, i) => (part === 'val' ? [i] : []));
  const chosen = await validationThreshold(network, views, val, snapshot, card, {
    threads,
    activation: activationOf(card.task),
  });
  return chosen ? { ...chosen, rule: `${chosen.rule}, over the same views` } : plain;
}

/** A snapshot with folds has no split of its own: another model is evaluated on all its cases. */
function casesOfSplit(snapshot: Snapshot, split: string): number[] {
  const { splits, manifest } = snapshot;
  if (splits.kind === 'folds') return manifest.cases.map((_, i) => i);
  const found = splits.parts.flatMap((part, i) => (part === split ? [i] : []));
  if (found.length === 0)
    throw new AppError('invalid-input', `The dataset has no cases in split ${JSON.stringify(split)}.`);
  return found;
}
