import { performance } from 'node:perf_hooks';
import type { EpochRow, RunDetail, TrainingConfig } from '../../../contract/training.ts';
import { AppError } from '../../../domain/errors.ts';
import { labelWords } from '../../../domain/labelWords.ts';
import { numberText } from '../../../domain/numberAnswer.ts';
import type { Network } from '../../network/network.ts';
import { float32Data, type Tensors } from '../../network/tensor.ts';
import { averagedState } from '../../network/trainStep.ts';
import type { EngineChoice } from '../engineChoice.ts';
import type { InputSource } from '../inputSource.ts';
import type { Lowerings } from '../lowerings.ts';
import type { EarlyEnd, RunControl } from '../runControl.ts';
import { Scorer } from '../scorer.ts';
import { curveFigures, type TrainingCases } from '../trainingCases.ts';
import { batchFeeds } from './batchFeeds.ts';
import { startingPosition, type TrainingPosition } from './checkpoint.ts';
import { type BestWeights, CheckpointKeeper } from './checkpointKeeper.ts';
import { type Objective, scoreCases } from './objective.ts';
import { objectiveOf } from './objectiveOf.ts';
import { lastPhaseBegins, phaseOfEpoch, type TrainingPhase } from './phases.ts';
import { batchesPerEpoch, epochBatches } from './sampling.ts';
import { learningRateAt } from './schedule.ts';
import { type StepHyper, StepRunner } from './stepRunner.ts';

/** One training from start to best weights: of a whole split, or of one fold. */
export interface FoldTask {
  /** All of it, or what comes after a frozen base. */
  readonly network: Network;
  /** What learns, from the first phase to the last. */
  readonly phases: readonly TrainingPhase[];
  /** What the network reads: pictures, or the features of its frozen base. */
  readonly source: InputSource;
  readonly cases: TrainingCases;
  readonly config: TrainingConfig;
  readonly engine: EngineChoice;
  /** Absent: gradients are written by rules of shape alone. */
  readonly lowerings?: Lowerings;
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

/** What is compiled for a phase. */
interface Compiled {
  readonly phase: number;
  readonly runner: StepRunner;
  readonly scorer: Scorer;
}

class FoldTraining {
  readonly #task: FoldTask;
  readonly #hooks: FoldHooks;
  readonly #keeper: CheckpointKeeper;
  readonly #objective: Objective;
  readonly #batchSize: number;
  /** Batches of an epoch, and how often the weights change in one. */
  readonly #steps: number;
  readonly #updates: number;
  #compiled: Compiled | undefined;
  #state: Tensors = {};
  #position: TrainingPosition = startingPosition;
  #epochStarted = performance.now();

  constructor(task: FoldTask, hooks: FoldHooks) {
    this.#task = task;
    this.#hooks = hooks;
    this.#keeper = new CheckpointKeeper(task);
    const { cases, config } = task;
    this.#objective = objectiveOf(config, cases);
    this.#batchSize = Math.min(config.batchSize, cases.train.length);
    this.#steps = batchesPerEpoch(cases.train.length, this.#batchSize);
    this.#updates = Math.ceil(this.#steps / config.accumulateBatches);
  }

  /** Takes up the last checkpoint, if there is one, and compiles what goes on from there. */
  async prepare(): Promise<void> {
    const saved = this.#keeper.restore();
    if (saved) this.#position = saved.position;
    const { runner } = await this.#enterPhase();
    // A checkpoint between two phases still holds the optimizer of the one before.
    const goesOn = saved !== undefined && !(this.#phase > 0 && saved.position.step === 0 && this.#isPhaseStart());
    this.#state = goesOn ? saved.state : runner.startingState(this.#task.network, saved?.state);
    this.#epochStarted = performance.now();
  }

  get #phase(): number {
    const { phases, config } = this.#task;
    return phaseOfEpoch(phases.length, config.unfreezeEpochs, this.#position.epoch);
  }

  #isPhaseStart(): boolean {
    return this.#position.epoch === 1 + this.#phase * this.#task.config.unfreezeEpochs;
  }

  async #enterPhase(): Promise<Compiled> {
    const { network, source, config, engine, phases, lowerings } = this.#task;
    const phase = phases[this.#phase];
    if (!phase) throw new Error(`there is no phase ${this.#phase}`);
    await this.dispose();
    const shape = { batchSize: this.#batchSize, inputShape: source.shape, loss: this.#objective.loss };
    const runner = await StepRunner.compile(network, phase, shape, config, engine, lowerings);
    try {
      const scorer = await Scorer.compile(network, engine, runner.weightNames);
      this.#compiled = { phase: this.#phase, runner, scorer };
      return this.#compiled;
    } catch (error) {
      await runner.dispose();
      throw error;
    }
  }

  /** What runs the epoch of the present position; another stage of layers may begin to learn with it. */
  async #runnerOfEpoch(): Promise<Compiled> {
    if (this.#compiled?.phase === this.#phase) return this.#compiled;
    const compiled = await this.#enterPhase();
    this.#state = compiled.runner.startingState(this.#task.network, this.#state);
    return compiled;
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
    return batchFeeds(batch, this.#position.epoch, source, cases, this.#objective);
  }

  #learningRate(step: number): number {
    const { epoch, history } = this.#position;
    const update = (epoch - 1) * this.#updates + Math.floor(step / this.#task.config.accumulateBatches);
    return learningRateAt(this.#task.config, { update, updatesPerEpoch: this.#updates, history });
  }

  #hyper(): StepHyper {
    const { config, fold } = this.#task;
    const { epoch, step, stepNumber } = this.#position;
    const update = (epoch - 1) * this.#updates + Math.floor(step / config.accumulateBatches);
    return {
      learningRate: this.#learningRate(step),
      batchNumber: stepNumber + 1,
      dropoutSeed: config.seed + fold,
      updateNumber: update - this.#phase * config.unfreezeEpochs * this.#updates + 1,
      updateOfAll: update + 1,
      isUpdate: (step + 1) % config.accumulateBatches === 0 || step + 1 === this.#steps,
    };
  }

  async #trainStep(runner: StepRunner, batch: readonly number[], feeds: Tensors): Promise<number> {
    const { cases } = this.#task;
    const position = this.#position;
    const { loss, logits, state } = await runner.run(this.#state, feeds, this.#hyper());
    if (!Number.isFinite(loss)) throw this.#notFinite();
    this.#state = state;
    const classes = cases.classes.length;
    const fresh = batch.slice(0, Math.max(0, cases.train.length - position.step * batch.length));
    this.#position = {
      ...position,
      step: position.step + 1,
      stepNumber: position.stepNumber + 1,
      lossSum: position.lossSum + loss,
      scores: [
        ...position.scores,
        ...fresh.map((_, i) => this.#objective.scoresOf([...logits.subarray(i * classes, (i + 1) * classes)])),
      ],
      truths: [...position.truths, ...fresh.map((caseIndex) => cases.truths[caseIndex] ?? 0)],
      cases: [...position.cases, ...fresh],
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

  async #validate({ scorer }: Compiled) {
    const { cases, source } = this.#task;
    const logits = await scorer.logits(source, cases.val, this.#weightsNow());
    const truths = cases.val.map((i) => cases.truths[i] ?? 0);
    const { loss, scores } = scoreCases(this.#objective, logits, cases.val);
    if (!Number.isFinite(loss)) throw this.#notFinite();
    return { loss, scores, figures: curveFigures(scores, truths, cases, cases.val) };
  }

  #preview(scores: readonly (readonly number[])[]): PreviewCase[] {
    const { val, truths, classes, task, answers } = this.#task.cases;
    const shown = Math.min(PREVIEW_CASES, val.length);
    return Array.from({ length: shown }, (_, i) => {
      const at = Math.floor((i * val.length) / shown);
      const caseIndex = val[at] ?? 0;
      const truth = truths[caseIndex] ?? 0;
      const className =
        task === 'regression'
          ? numberText(truth)
          : answers
            ? labelWords(classes, answers[caseIndex] ?? [])
            : (classes[truth] ?? '');
      return { caseIndex, className, scores: [...(scores[at] ?? [])] };
    });
  }

  async #closeEpoch(compiled: Compiled): Promise<void> {
    const { cases, fold, config } = this.#task;
    const learningRate = this.#learningRate(this.#steps - 1);
    const { loss: valLoss, scores, figures: val } = await this.#validate(compiled);
    const { history, epoch, lossSum } = this.#position;
    const train = curveFigures(this.#position.scores, this.#position.truths, cases, this.#position.cases);
    const seconds = this.#secondsInEpoch();
    const isBest = valLoss < (this.#keeper.best?.row.valLoss ?? Number.POSITIVE_INFINITY);
    const spent = history.reduce((sum, row) => sum + row.seconds, seconds);
    const row: EpochRow = {
      ...(fold > 0 && { fold }),
      ...{ epoch, loss: lossSum / this.#steps, valLoss, learningRate, seconds, isBest },
      ...(train.auroc !== undefined && { trainAuroc: train.auroc }),
      ...(val.auroc !== undefined && { valAuroc: val.auroc }),
      ...(train.error !== undefined && { trainError: train.error }),
      ...(val.error !== undefined && { valError: val.error }),
      etaSeconds: (spent / epoch) * (config.epochs - epoch),
    };
    if (isBest) this.#keeper.best = { state: copied(this.#weightsNow()), row };
    const { stepNumber } = this.#position;
    this.#position = { ...startingPosition, epoch: epoch + 1, stepNumber, history: [...history, row] };
    this.#epochStarted = performance.now();
    this.#hooks.onEpoch(row, this.#preview(scores), this.#position.history);
  }

  /** What is validated and kept: weights (their running mean, where one is asked for) and statistics. */
  #weightsNow(): Tensors {
    const names = new Set(this.#compiled?.runner.weightNames);
    const weights = Object.entries(this.#state).filter(([name]) => names.has(name));
    return { ...Object.fromEntries(weights), ...averagedState(this.#state) };
  }

  /** Epochs since the best one have used up the patience, or the time is over. */
  #isEnough(): boolean {
    const { config, phases, timeLimitSeconds } = this.#task;
    const { history, epoch } = this.#position;
    const { best } = this.#keeper;
    if (epoch > config.epochs) return true;
    if (!best) return false;
    // Layers that are still frozen have had no chance yet.
    const waitsSince = Math.max(best.row.epoch, lastPhaseBegins(phases.length, config.unfreezeEpochs) - 1);
    if (epoch - 1 - waitsSince >= config.patience) return true;
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
      const compiled = await this.#runnerOfEpoch();
      const place = { seed: config.seed, fold, epoch: this.#position.epoch };
      const batches = epochBatches(config.sampling, cases, this.#batchSize, place);
      let feeds = this.#feeds(batches[this.#position.step] ?? []);
      while (this.#position.step < batches.length) {
        const asked = control.asked ?? (this.#isEnough() ? 'finished' : undefined);
        if (asked) return asked;
        const running = this.#trainStep(compiled.runner, batches[this.#position.step] ?? [], feeds);
        const following = batches[this.#position.step + 1];
        if (following) feeds = this.#feeds(following); // while the engine works
        this.#report(await running);
        if (this.#keeper.isDue) this.#save();
      }
      await this.#closeEpoch(compiled);
    }
    return 'finished';
  }

  async finish(ended: 'finished' | EarlyEnd): Promise<FoldResult> {
    this.#save();
    const { best } = this.#keeper;
    return { ended, ...(best && { best }), history: this.#position.history };
  }

  async dispose(): Promise<void> {
    const compiled = this.#compiled;
    this.#compiled = undefined;
    await compiled?.runner.dispose();
    await compiled?.scorer.dispose();
  }
}

/** Steps write over the state of earlier ones. */
function copied(state: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(state).map(([name, tensor]) => [name, { ...tensor, data: float32Data(tensor).slice() }]),
  );
}

/**
 * Trains from the last checkpoint, or from the start. Best weights are those of the smallest validation loss. Throws
 * `loss-not-finite`, `out-of-memory`, `disk-full`, `checkpoint-damaged`; the last good checkpoint stays.
 */
export async function trainFold(task: FoldTask, hooks: FoldHooks): Promise<FoldResult> {
  const training = new FoldTraining(task, hooks);
  try {
    await training.prepare();
    return await training.finish(await training.run());
  } finally {
    await training.dispose();
  }
}
