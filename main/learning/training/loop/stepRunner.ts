import type { TrainingConfig } from '../../../contract/training.ts';
import { compile } from '../../engine/compile.ts';
import { loweringFor } from '../../engine/devices.ts';
import type { Program } from '../../engine/program.ts';
import type { LossConfig } from '../../network/loss.ts';
import { type Network, withState } from '../../network/network.ts';
import { float32Data, type Tensors } from '../../network/tensor.ts';
import {
  buildTrainStep,
  hyperFeeds,
  initialState,
  maskFeeds,
  nextState,
  type TrainStep,
  type TrainStepOptions,
} from '../../network/trainStep.ts';
import type { EngineChoice } from '../engineChoice.ts';
import type { TrainingPhase } from './phases.ts';

type StepConfig = Pick<TrainingConfig, 'optimizer' | 'clipNorm' | 'averageDecay' | 'accumulateBatches'>;

export interface StepShape {
  readonly batchSize: number;
  readonly inputShape: readonly [number, number, number];
  readonly loss: LossConfig;
}

/** The numbers of one batch that do not come from its cases. */
export interface StepHyper {
  readonly learningRate: number;
  /** From 1, of this batch since the beginning: what dropout is drawn by. */
  readonly batchNumber: number;
  readonly dropoutSeed: number;
  /** From 1, of the next change of the weights in this phase: what Adam corrects by. */
  readonly updateNumber: number;
  /** From 1, of the next change of the weights since the beginning. */
  readonly updateOfAll: number;
  /** Whether the weights change after this batch, or its gradients are only gathered. */
  readonly isUpdate: boolean;
}

export interface BatchOutcome {
  readonly loss: number;
  readonly logits: Float32Array;
  readonly state: Tensors;
}

/**
 * The running mean of weights starts as a mean of the few there are, or the random start would stay in it for long
 * (as in TensorFlow's ExponentialMovingAverage with num_updates).
 */
const keptShare = (decay: number, update: number): number => Math.min(decay, (1 + update) / (10 + update));

/** The compiled step (or, with gathered gradients, the two halves of it) of one phase of a training. */
export class StepRunner {
  readonly #phase: TrainingPhase;
  readonly #whole: TrainStep;
  readonly #program: Program;
  /** Present where gradients of several batches are gathered; `#whole` is then what applies them. */
  readonly #gather: { readonly step: TrainStep; readonly program: Program } | undefined;

  private constructor(
    phase: TrainingPhase,
    whole: TrainStep,
    program: Program,
    gather?: { step: TrainStep; program: Program },
  ) {
    this.#phase = phase;
    this.#whole = whole;
    this.#program = program;
    this.#gather = gather;
  }

  static async compile(
    network: Network,
    phase: TrainingPhase,
    { batchSize, inputShape, loss }: StepShape,
    config: StepConfig,
    engine: EngineChoice,
  ): Promise<StepRunner> {
    const { clipNorm, averageDecay, accumulateBatches } = config;
    const options: TrainStepOptions = {
      ...{ batchSize, inputShape, loss, trainable: phase.trainable, lowering: loweringFor(engine.device) },
      optimizer: config.optimizer,
      ...(Object.keys(phase.rateGroups).length > 0 && { rateGroups: phase.rateGroups }),
      ...(clipNorm !== undefined && { clipNorm }),
      ...(averageDecay !== undefined && { averageDecay }),
    };
    const isGathering = accumulateBatches > 1;
    const whole = buildTrainStep(network, { ...options, phase: isGathering ? 'update' : 'whole' });
    const program = await compile(whole.graph, engine);
    if (!isGathering) return new StepRunner(phase, whole, program);
    const step = buildTrainStep(network, { ...options, phase: 'gather' });
    try {
      return new StepRunner(phase, whole, program, { step, program: await compile(step.graph, engine) });
    } catch (error) {
      await program.dispose();
      throw error;
    }
  }

  /** Names of the network's constants that its state replaces. */
  get weightNames(): readonly string[] {
    const entries = [...this.#whole.state, ...(this.#gather?.step.state ?? [])];
    return entries.filter(({ role }) => role === 'parameter' || role === 'statistic').map(({ name }) => name);
  }

  /** The state before the phase's first step: weights as given, optimizer and gathered gradients empty. */
  startingState(network: Network, before: Tensors = {}): Tensors {
    const known = withState(network, before);
    const fresh = { ...initialState(this.#whole, known), ...(this.#gather && initialState(this.#gather.step, known)) };
    const averages = Object.fromEntries(Object.entries(before).filter(([name]) => name in fresh && isAverage(name)));
    return { ...fresh, ...averages };
  }

  /** Runs one batch. `state` is not changed. */
  async run(state: Tensors, batch: Tensors, hyper: StepHyper): Promise<BatchOutcome> {
    const forward = this.#gather?.step ?? this.#whole;
    const masks = maskFeeds(forward, hyper.dropoutSeed, hyper.batchNumber);
    if (!this.#gather) {
      const outputs = await this.#program.run({ ...state, ...batch, ...this.#hyperFeeds(hyper), ...masks });
      return outcome(outputs, { ...nextState(this.#whole, outputs) });
    }
    const outputs = await this.#gather.program.run({ ...state, ...batch, ...masks });
    const gathered = { ...state, ...nextState(this.#gather.step, outputs) };
    if (!hyper.isUpdate) return outcome(outputs, gathered);
    const updated = await this.#program.run({ ...gathered, ...this.#hyperFeeds(hyper) });
    return outcome(outputs, { ...gathered, ...nextState(this.#whole, updated) });
  }

  #hyperFeeds({ learningRate, updateNumber, updateOfAll }: StepHyper): Tensors {
    const { averageDecay } = this.#whole;
    return hyperFeeds(this.#whole, {
      ...{ learningRate, stepNumber: updateNumber, rateFactors: this.#phase.rateFactors },
      ...(averageDecay !== undefined && { averageKept: keptShare(averageDecay, updateOfAll) }),
    });
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
    await this.#gather?.program.dispose();
  }
}

const isAverage = (name: string): boolean => name.startsWith('average/');

function outcome(outputs: Tensors, state: Tensors): BatchOutcome {
  return { loss: float32Data(outputs.loss)[0] ?? Number.NaN, logits: float32Data(outputs.logits), state };
}
