import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { startingGap } from '../../../contract/training/startingGap.ts';
import { type EpochRow, TrainingConfig, TrainingResult, ValidationMetrics } from '../../../contract/training.ts';
import { AppError } from '../../../domain/errors.ts';
import type { CoreConnection } from '../../connection.ts';
import { augmentOption } from '../augmentOption.ts';
import {
  type Arguments,
  type CliCommand,
  type CommandContext,
  checkInput,
  defined,
  resolvePath,
  UsageError,
} from '../command.ts';
import { craftOptions, craftSettings, craftUsage } from '../craftOptions.ts';
import { endOf, followJob } from '../followJob.ts';
import { duration, type Output } from '../output.ts';
import { withUsualLoss } from '../usualLoss.ts';
import { findRate, rateRange } from './findRate.ts';

const resumePatienceMs = 10_000;

const texts = ['snapshot', 'architecture', 'backbone', 'mode', 'epochs', 'batch', 'learning-rate', 'patience'];
const more = ['time-limit', 'engine', 'device', 'threads', 'seed', 'config', 'resume', 'augment', 'rate-range', 'head'];

export const train: CliCommand = {
  summary: 'train a network on a snapshot',
  usage: `train --snapshot ID|DIR [--architecture resnet18|small-cnn|...] [--backbone FILE|MODEL|random|none]
    [--mode features|fine-tune|scratch] [--head dense|logistic|svm|forest|knn] [--epochs N] [--batch N] [--learning-rate X] [--patience N] [--time-limit MINUTES]
    [--engine auto|onnxruntime|tensorflow] [--device auto|cpu] [--threads N] [--seed 1] [--config FILE]
    [--augment PRESET|key=value,...]
  train --resume RUN
  train --find-rate [--rate-range 1e-7,10,200] ...   tries rising learning rates and suggests one; nothing is kept
${craftUsage}`,
  options: {
    ...Object.fromEntries([...texts, ...more].map((name) => [name, { type: 'string' as const }])),
    ...craftOptions,
    'find-rate': { type: 'boolean' },
  },
  positionals: [0, 0],
  run: async (args, context) => {
    const resumed = args.text('resume');
    if (resumed) return resume(resumed, context);
    const isSearch = args.flag('find-rate');
    if (!isSearch && args.text('rate-range')) throw new UsageError('--rate-range belongs to --find-rate');
    const config = checkedConfig(args);
    return isSearch ? findRate(config, rateRange(args), context) : start(config, context);
  },
};

async function start(config: z.input<typeof TrainingConfig>, context: CommandContext): Promise<0 | 1> {
  const core = await context.openCore();
  const epochs = new EpochPrinter(core, context.output);
  const { runId, jobId } = await core.client['runs.start'](await withUsualLoss(core, config));
  return followRun(core, runId, jobId, epochs, context);
}

async function resume(runId: string, context: CommandContext): Promise<0 | 1> {
  const core = await context.openCoreWaiting();
  const epochs = new EpochPrinter(core, context.output);
  epochs.skip((await core.client['runs.get']({ runId })).epochs);
  const { jobId } = await resumeWaiting(core, runId);
  return followRun(core, runId, jobId, epochs, context);
}

/** A run has one writer; one that is just writing its last checkpoint is given time to end. */
async function resumeWaiting(core: CoreConnection, runId: string): Promise<{ jobId: string }> {
  const deadline = performance.now() + resumePatienceMs;
  for (;;) {
    try {
      return await core.client['runs.resume']({ runId });
    } catch (error) {
      const isActive = error instanceof AppError && error.code === 'run-active';
      if (!isActive || performance.now() > deadline) throw error;
      await delay(250);
    }
  }
}

async function followRun(
  core: CoreConnection,
  runId: string,
  jobId: string,
  epochs: EpochPrinter,
  context: CommandContext,
): Promise<0 | 1> {
  // A core of our own checkpoints when it is closed; a core that goes on after us is asked to.
  context.onStop({ run: runId }, async () => {
    if (!context.isAttached()) return;
    await core.client['runs.pause']({ runId });
    await endOf(core, jobId, () => undefined);
  });
  context.output.result({ run: runId, pid: process.pid }, `run ${runId}`);
  epochs.follow(runId);
  const result = TrainingResult.parse(await followJob(core, jobId, context.output));
  epochs.catchUp((await core.client['runs.get']({ runId })).epochs);
  const { run, model, bestEpoch, seconds } = result;
  if (model === undefined) {
    context.output.result({ run, stopped: true }, 'the training was paused elsewhere; resume it with --resume');
    return 1;
  }
  context.output.result(
    { run, model, best_epoch: bestEpoch ?? null, metrics: snakeMetrics(result.metrics), seconds },
    `model ${model}, best epoch ${bestEpoch ?? '-'}, ${duration(seconds)}`,
  );
  return 0;
}

function snakeMetrics(metrics: unknown): object {
  const parsed = ValidationMetrics.safeParse(metrics);
  if (!parsed.success) throw new Error('the training gave no validation metrics');
  const { valLoss, valAuroc, valError } = parsed.data;
  return { val_loss: valLoss, val_auroc: valAuroc ?? null, ...(valError ? { val_error: valError } : {}) };
}

/** Prints each epoch of one run once, whether it was announced or found afterwards. */
class EpochPrinter {
  private readonly printed = new Set<string>();
  private readonly early: { runId: string; row: EpochRow }[] = [];
  private runId: string | undefined;
  private readonly output: Output;

  constructor(core: CoreConnection, output: Output) {
    this.output = output;
    core.on('runs.epochEnded', ({ runId, row }) => {
      if (this.runId === undefined) this.early.push({ runId, row });
      else if (runId === this.runId) this.print(row);
    });
  }

  skip(rows: readonly EpochRow[]): void {
    for (const row of rows) this.printed.add(keyOf(row));
  }

  follow(runId: string): void {
    this.runId = runId;
    this.catchUp(this.early.filter((announced) => announced.runId === runId).map(({ row }) => row));
  }

  catchUp(rows: readonly EpochRow[]): void {
    for (const row of rows) this.print(row);
  }

  private print(row: EpochRow): void {
    if (this.printed.has(keyOf(row))) return;
    this.printed.add(keyOf(row));
    this.output.result(
      defined({
        run: this.runId,
        fold: row.fold,
        epoch: row.epoch,
        loss: row.loss,
        val_loss: row.valLoss,
        val_auroc: row.valAuroc ?? null,
        val_error: row.valError,
        seconds: row.seconds,
        eta_seconds: row.etaSeconds,
      }),
      describeEpoch(row),
    );
  }
}

const keyOf = ({ fold, epoch }: EpochRow): string => `${fold ?? ''}/${epoch}`;

function describeEpoch(row: EpochRow): string {
  const { fold, epoch, loss, valLoss, valAuroc, valError, etaSeconds, isBest } = row;
  const where = fold === undefined ? `epoch ${epoch}` : `fold ${fold} epoch ${epoch}`;
  const figures = [
    ...(valAuroc === undefined ? [] : [`, AUROC ${valAuroc.toFixed(3)}`]),
    ...(valError === undefined ? [] : [`, mean error ${valError.toFixed(3)}`]),
  ].join('');
  return `${where}: loss ${loss.toFixed(4)}, validation ${valLoss.toFixed(4)}${figures}${isBest ? ' (best)' : ''}, ${duration(etaSeconds)} left`;
}

/** The configuration that was typed; UsageError with the reason where no training can start with it. */
export function checkedConfig(args: Arguments): z.input<typeof TrainingConfig> {
  const config = checkInput(TrainingConfig, trainingConfig(args));
  const gap = startingGap(TrainingConfig.parse(config));
  if (gap) throw new UsageError(gap);
  return config;
}

/**
 * The file's settings, each overruled by its option. A training that starts from a model fine-tunes it unless told; a
 * fitted head freezes its base, a random one unless told.
 */
function trainingConfig(args: Arguments): object {
  const snapshot = args.text('snapshot');
  const backbone = args.text('backbone');
  const file = args.path('config');
  const written: Record<string, unknown> = file ? { ...readConfig(file) } : {};
  const config: Record<string, unknown> = {
    ...written,
    ...craftSettings(args, written),
    ...defined({
      snapshot: snapshot && pathOrId(snapshot),
      architecture: args.text('architecture'),
      backbone: backbone && pathOrId(backbone),
      mode: args.text('mode'),
      head: args.text('head'),
      epochs: args.number('epochs'),
      batchSize: args.number('batch'),
      learningRate: args.number('learning-rate'),
      patience: args.number('patience'),
      timeLimitMinutes: args.number('time-limit'),
      engine: args.text('engine'),
      device: args.text('device'),
      threads: args.number('threads'),
      seed: args.number('seed'),
      augmentation: augmentOption(args.text('augment')),
    }),
  };
  if (config.snapshot === undefined) throw new UsageError('--snapshot is missing');
  const startsFromModel = typeof config.backbone === 'string' && !['none', 'random'].includes(config.backbone);
  if (config.head !== undefined && config.head !== 'dense') {
    config.mode ??= 'features';
    config.backbone ??= 'random';
  }
  if (startsFromModel) config.mode ??= 'fine-tune';
  return config;
}

const pathOrId = (given: string): string => (existsSync(resolvePath(given)) ? resolvePath(given) : given);

function readConfig(file: string): object {
  if (!existsSync(file)) throw new AppError('file-not-found', `There is no file ${file}.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError(`${file} is not JSON`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new UsageError(`${file}: no settings`);
  return parsed;
}
