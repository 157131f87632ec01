import type { TrainingConfig } from '../../../contract/training.ts';
import { compile } from '../../engine/compile.ts';
import { loweringFor } from '../../engine/devices.ts';
import type { Program } from '../../engine/program.ts';
import type { LossConfig } from '../../network/loss.ts';
import { type Network, withState } from '../../network/network.ts';
import type { FormsHere } from '../../network/ops/forms.ts';
import { StateBuffers } from '../../network/stateBuffers.ts';
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
import type { Lowerings } from '../lowerings.ts';
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
  readonly #buffers: StateBuffers;

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
    this.#buffers = new StateBuffers(whole, ...(gather ? [gather.step] : []));
  }

  static async compile(
    network: Network,
    phase: TrainingPhase,
    { batchSize, inputShape, loss }: StepShape,
    config: StepConfig,
    engine: EngineChoice,
    lowerings?: Lowerings,
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
    const built = (name: 'whole' | 'gather', forms?: FormsHere) =>
      buildTrainStep(network, { ...options, phase: name, ...(forms && { forms }) });
    const name = isGathering ? 'gather' : 'whole';
    const forms = await lowerings?.formsFor((offered) => built(name, offered).questions);
    const step = built(name, forms);
    const whole = isGathering ? buildTrainStep(network, { ...options, phase: 'update' }) : step;
    const how = { ...engine, isWrittenInto: true };
    const program = await compile(whole.graph, how);
    if (!isGathering) return new StepRunner(phase, whole, program);
    try {
      return new StepRunner(phase, whole, program, { step, program: await compile(step.graph, how) });
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
    const made = [...this.#whole.state, ...(this.#gather?.step.state ?? [])].filter(
      ({ role }) => role === 'slot' || role === 'gathered',
    );
    this.#buffers.adopt(made.flatMap(({ name }) => fresh[name] ?? []));
    const averages = Object.fromEntries(Object.entries(before).filter(([name]) => name in fresh && isAverage(name)));
    return { ...fresh, ...averages };
  }

  /**
   * Runs one batch. The state of an earlier call is used up by it, and written over: what has to stay of one is copied.
   * Tensors that come from elsewhere are left alone.
   */
  async run(state: Tensors, batch: Tensors, hyper: StepHyper): Promise<BatchOutcome> {
    const forward = this.#gather?.step ?? this.#whole;
    const masks = maskFeeds(forward, hyper.dropoutSeed, hyper.batchNumber);
    if (!this.#gather) {
      const feeds = { ...state, ...batch, ...this.#hyperFeeds(hyper), ...masks };
      const outputs = await this.#run(this.#program, this.#whole, state, feeds);
      return outcome(outputs, { ...nextState(this.#whole, outputs) });
    }
    const { program, step } = this.#gather;
    const outputs = await this.#run(program, step, state, { ...state, ...batch, ...masks });
    const gathered = { ...state, ...nextState(step, outputs) };
    if (!hyper.isUpdate) return outcome(outputs, gathered);
    const feeds = { ...gathered, ...this.#hyperFeeds(hyper) };
    const updated = await this.#run(this.#program, this.#whole, gathered, feeds);
    return outcome(outputs, { ...gathered, ...nextState(this.#whole, updated) });
  }

  #run(program: Program, step: TrainStep, state: Tensors, feeds: Tensors): Promise<Tensors> {
    return program.run(feeds, program.isWrittenInto ? this.#buffers.outputsFor(step, state) : undefined);
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
