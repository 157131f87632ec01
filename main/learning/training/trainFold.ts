import { performance } from 'node:perf_hooks';
import type { EpochRow, Optimizer, RunDetail, TrainingConfig } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { softmax } from '../../domain/statistics/scores.ts';
import { compile } from '../engine/compile.ts';
import { loweringFor } from '../engine/devices.ts';
import type { Program } from '../engine/program.ts';
import type { Network } from '../network/network.ts';
import type { OptimizerConfig } from '../network/optimizer.ts';
import { float32Data, type Tensors } from '../network/tensor.ts';
import {
  buildTrainStep,
  hyperFeeds,
  initialState,
  maskFeeds,
  nextState,
  type TrainStep,
} from '../network/trainStep.ts';
import { batchFeeds } from './batchFeeds.ts';
import { startingPosition, type TrainingPosition } from './checkpoint.ts';
import { type BestWeights, CheckpointKeeper } from './checkpointKeeper.ts';
import type { EngineChoice } from './engineChoice.ts';
import { classWeights, epochBatches, learningRateAt, stepsPerEpoch } from './epochOrder.ts';
import type { InputSource } from './inputSource.ts';
import type { EarlyEnd, RunControl } from './runControl.ts';
import { Scorer, scoreLogits } from './scorer.ts';
import { aurocOf, type TrainingCases } from './trainingCases.ts';

/** One training from start to best weights: of a whole split, or of one fold. */
export interface FoldTask {
  readonly network: Network;
  /** Names of the parameters that train. */
  readonly trainable: readonly string[];
  readonly source: InputSource;
  readonly cases: TrainingCases;
  readonly config: TrainingConfig;
  readonly engine: EngineChoice;
  /** From 1; 0 where there are no folds. */
  readonly fold: number;
  readonly files: { readonly last: string; readonly best: string };
  /** Of configuration and snapshot; a checkpoint of another is refused. */
  readonly key: string;
  readonly timeLimitSeconds?: number;
  /** Least time between checkpoints; 0: after every step. */
  readonly checkpointSeconds?: number;
}

export interface StepReport {
  readonly fold?: number;
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly etaSeconds?: number;
}

type PreviewCase = RunDetail['preview'][number];

export interface FoldHooks {
  readonly control: RunControl;
  readonly onStep: (report: StepReport) => void;
  readonly onEpoch: (row: EpochRow, preview: readonly PreviewCase[], history: readonly EpochRow[]) => void;
  /** Throws where the run folder is no longer ours. */
  readonly assertOwned: () => void;
}

export interface FoldResult {
  readonly ended: 'finished' | EarlyEnd;
  /** Parameters and running statistics of the best epoch; undefined where no epoch was finished. */
  readonly best?: BestWeights;
  readonly history: readonly EpochRow[];
}

const PREVIEW_CASES = 8;

export function optimizerOf(optimizer: Optimizer): OptimizerConfig {
  return optimizer.kind === 'adam'
    ? { ...optimizer, decay: 'decoupled' }
    : { ...optimizer, nesterov: false, decay: 'l2' };
}

class FoldTraining {
  readonly #task: FoldTask;
  readonly #hooks: FoldHooks;
  readonly #step: TrainStep;
  readonly #program: Program;
  readonly #scorer: Scorer;
  readonly #keeper: CheckpointKeeper;
  readonly #weights: readonly number[];
  readonly #steps: number;
  #state: Tensors;
  #position: TrainingPosition;
  #epochStarted = performance.now();

  private constructor(task: FoldTask, hooks: FoldHooks, step: TrainStep, program: Program, scorer: Scorer) {
    this.#task = task;
    this.#hooks = hooks;
    this.#step = step;
    this.#program = program;
    this.#scorer = scorer;
    this.#keeper = new CheckpointKeeper(task);
    const { cases, config } = task;
    const truths = cases.train.map((i) => cases.truths[i] ?? 0);
    this.#weights = classWeights(truths, cases.classes.length, config.classWeights);
    this.#steps = stepsPerEpoch(cases.train.length, step.batchSize);
    this.#state = initialState(step, task.network);
    this.#position = startingPosition;
  }

  static async prepare(task: FoldTask, hooks: FoldHooks): Promise<FoldTraining> {
    const step = buildTrainStep(task.network, {
      batchSize: Math.min(task.config.batchSize, task.cases.train.length),
      inputShape: task.source.shape,
      optimizer: optimizerOf(task.config.optimizer),
      trainable: task.trainable,
      lowering: loweringFor(task.engine.device),
    });
    const program = await compile(step.graph, task.engine);
    const scorer = await Scorer.compile(
      task.network,
      task.engine,
      step.state.map(({ name }) => name),
    );
    const training = new FoldTraining(task, hooks, step, program, scorer);
    training.#restore();
    return training;
  }

  #restore(): void {
    const saved = this.#keeper.restore();
    if (!saved) return;
    this.#state = saved.state;
    this.#position = saved.position;
  }

  #save(): void {
    this.#hooks.assertOwned();
    this.#keeper.save(this.#state, { ...this.#position, secondsInEpoch: this.#secondsInEpoch() });
  }

  #secondsInEpoch(): number {
    return this.#position.secondsInEpoch + (performance.now() - this.#epochStarted) / 1000;
  }

  #feeds(batch: readonly number[]): Tensors {
    const { source, cases } = this.#task;
    return batchFeeds(batch, this.#position.epoch, source, cases, this.#weights);
  }

  #learningRate(): number {
    const { config } = this.#task;
    const total = config.epochs * this.#steps;
    return learningRateAt(config.learningRate, config.schedule, this.#position.stepNumber, total);
  }

  async #trainStep(batch: readonly number[], feeds: Tensors): Promise<number> {
    const { config, cases, fold } = this.#task;
    const position = this.#position;
    const stepNumber = position.stepNumber + 1;
    const outputs = await this.#program.run({
      ...this.#state,
      ...feeds,
      ...hyperFeeds(this.#step, { learningRate: this.#learningRate(), stepNumber }),
      ...maskFeeds(this.#step, config.seed + fold, stepNumber),
    });
    const loss = float32Data(outputs.loss)[0] ?? Number.NaN;
    if (!Number.isFinite(loss)) throw this.#notFinite();
    this.#state = nextState(this.#step, outputs);
    const logits = float32Data(outputs.logits);
    const classes = cases.classes.length;
    const fresh = batch.slice(0, Math.max(0, cases.train.length - position.step * batch.length));
    this.#position = {
      ...position,
      step: position.step + 1,
      stepNumber,
      lossSum: position.lossSum + loss,
      scores: [
        ...position.scores,
        ...fresh.map((_, i) => softmax([...logits.subarray(i * classes, (i + 1) * classes)])),
      ],
      truths: [...position.truths, ...fresh.map((caseIndex) => cases.truths[caseIndex] ?? 0)],
    };
    return loss;
  }

  #notFinite(): AppError {
    this.#keeper.saveBest();
    const advice = 'Try a smaller learning rate. The best weights so far are kept.';
    return new AppError(
      'loss-not-finite',
      `The loss is no longer a number in epoch ${this.#position.epoch}. ${advice}`,
    );
  }

  async #validate() {
    const { cases, source } = this.#task;
    const logits = await this.#scorer.logits(source, cases.val, this.#state);
    const truths = cases.val.map((i) => cases.truths[i] ?? 0);
    const { loss, scores } = scoreLogits(logits, truths, this.#weights);
    if (!Number.isFinite(loss)) throw this.#notFinite();
    return { loss, scores, auroc: aurocOf(scores, truths, cases) };
  }

  #preview(scores: readonly (readonly number[])[]): PreviewCase[] {
    const { val, truths, classes } = this.#task.cases;
    const shown = Math.min(PREVIEW_CASES, val.length);
    return Array.from({ length: shown }, (_, i) => {
      const at = Math.floor((i * val.length) / shown);
      const caseIndex = val[at] ?? 0;
      return { caseIndex, className: classes[truths[caseIndex] ?? 0] ?? '', scores: [...(scores[at] ?? [])] };
    });
  }

  async #closeEpoch(): Promise<void> {
    const { cases, fold, config } = this.#task;
    const learningRate = this.#learningRate();
    const { loss: valLoss, scores, auroc: valAuroc } = await this.#validate();
    const { history, epoch, lossSum } = this.#position;
    const trainAuroc = aurocOf(this.#position.scores, this.#position.truths, cases);
    const seconds = this.#secondsInEpoch();
    const isBest = valLoss < (this.#keeper.best?.row.valLoss ?? Number.POSITIVE_INFINITY);
    const spent = history.reduce((sum, row) => sum + row.seconds, seconds);
    const row: EpochRow = {
      ...(fold > 0 && { fold }),
      ...{ epoch, loss: lossSum / this.#steps, valLoss, learningRate, seconds, isBest },
      ...(trainAuroc !== undefined && { trainAuroc }),
      ...(valAuroc !== undefined && { valAuroc }),
      etaSeconds: (spent / epoch) * (config.epochs - epoch),
    };
    if (isBest) this.#keeper.best = { state: this.#weightsOnly(), row };
    const { stepNumber } = this.#position;
    this.#position = { ...startingPosition, epoch: epoch + 1, stepNumber, history: [...history, row] };
    this.#epochStarted = performance.now();
    this.#hooks.onEpoch(row, this.#preview(scores), this.#position.history);
  }

  #weightsOnly(): Tensors {
    const kept = this.#step.state.filter(({ role }) => role !== 'slot');
    return Object.fromEntries(
      Object.entries(this.#state).filter(([name]) => kept.some((entry) => entry.name === name)),
    );
  }

  /** Epochs since the best one have used up the patience, or the time is over. */
  #isEnough(): boolean {
    const { config, timeLimitSeconds } = this.#task;
    const { history, epoch } = this.#position;
    const { best } = this.#keeper;
    if (epoch > config.epochs) return true;
    if (!best) return false;
    if (epoch - 1 - best.row.epoch >= config.patience) return true;
    const now = this.#secondsInEpoch();
    return timeLimitSeconds !== undefined && history.reduce((sum, row) => sum + row.seconds, now) > timeLimitSeconds;
  }

  #report(loss: number): void {
    const { fold, config } = this.#task;
    const { epoch, step, history } = this.#position;
    const perEpoch =
      history.length > 0 ? history.reduce((sum, row) => sum + row.seconds, 0) / history.length : undefined;
    const left = config.epochs - epoch + 1 - step / this.#steps;
    this.#hooks.onStep({
      ...(fold > 0 && { fold }),
      ...{ epoch, step, steps: this.#steps, loss },
      ...(perEpoch !== undefined && { etaSeconds: perEpoch * left }),
    });
  }

  /** The loop. Leaves between steps when asked to, with a checkpoint from which it goes on bit by bit. */
  async run(): Promise<'finished' | EarlyEnd> {
    const { cases, config, fold } = this.#task;
    const { control } = this.#hooks;
    while (!this.#isEnough()) {
      const batches = epochBatches(cases.train, this.#step.batchSize, {
        seed: config.seed,
        fold,
        epoch: this.#position.epoch,
      });
      let feeds = this.#feeds(batches[this.#position.step] ?? []);
      while (this.#position.step < batches.length) {
        const asked = control.asked ?? (this.#isEnough() ? 'finished' : undefined);
        if (asked) return asked;
        const running = this.#trainStep(batches[this.#position.step] ?? [], feeds);
        const following = batches[this.#position.step + 1];
        if (following) feeds = this.#feeds(following); // while the engine works
        this.#report(await running);
        if (this.#keeper.isDue) this.#save();
      }
      await this.#closeEpoch();
    }
    return 'finished';
  }

  async finish(ended: 'finished' | EarlyEnd): Promise<FoldResult> {
    this.#save();
    const { best } = this.#keeper;
    return { ended, ...(best && { best }), history: this.#position.history };
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
    await this.#scorer.dispose();
  }
}

/**
 * Trains from the last checkpoint, or from the start. Best weights are those of the smallest validation loss. Throws
 * `loss-not-finite`, `out-of-memory`, `disk-full`, `checkpoint-damaged`; the last good checkpoint stays.
 */
export async function trainFold(task: FoldTask, hooks: FoldHooks): Promise<FoldResult> {
  const training = await FoldTraining.prepare(task, hooks);
  try {
    return await training.finish(await training.run());
  } finally {
    await training.dispose();
  }
}
