import type { ParseArgsOptionsConfig } from 'node:util';
import { optimizerNames } from '../../contract/training/optimizer.ts';
import { type Arguments, defined, UsageError } from './command.ts';

const texts = [
  ...['loss', 'focal-gamma', 'huber-delta', 'smoothing', 'class-weights', 'sampling'],
  ...['optimizer', 'momentum', 'weight-decay', 'l1', 'schedule', 'drop-epochs', 'drop-factor', 'warm-up'],
  ...['accumulate', 'clip-norm', 'average-decay', 'freeze-below', 'stage-rate', 'unfreeze-every', 'dropout', 'pooling'],
  'lowering',
];
const flags = ['nesterov', 'freeze-batch-norm', 'reestimate-batch-norm'];

export const craftOptions: ParseArgsOptionsConfig = Object.fromEntries([
  ...texts.map((name) => [name, { type: 'string' as const }] as const),
  ...flags.map((name) => [name, { type: 'boolean' as const }] as const),
]);

export const craftUsage = `
  what is learned from
    --loss cross-entropy|focal    focal: cases that are easy already weigh less   [--focal-gamma 2]
    --loss binary|focal           of several labels
    --loss mse|huber              of a number; huber: large errors count in proportion only   [--huber-delta 1]
    --smoothing SHARE             share of each target spread over the classes (0)
    --class-weights balanced|none|BETA   BETA: by effective number of cases, such as 0.999 (balanced)
    --sampling shuffled|balanced|by-patient   cases of an epoch; balanced switches the class weights off (shuffled)
    --pooling mean|max|attention  how the slices of a case become one answer (mean)
  how it is learned
    --optimizer adamw|adam|sgd|rmsprop (adamw)   [--momentum X] [--nesterov] [--weight-decay 1e-4] [--l1 0]
    --schedule constant|step|cosine|one-cycle|plateau (cosine)   [--warm-up EPOCHS]
    --drop-epochs 5 --drop-factor 0.3   step: every so many epochs; plateau: after so many without a gain
    --accumulate N                batches whose gradients are gathered for one change of the weights (1)
    --clip-norm X                 longest that all gradients together may be
    --average-decay X             keep a running mean of the weights, such as 0.999, and validate and save that
    --dropout SHARE               inputs of the last layer left out in each step
    --lowering measured|usual     measured: a trial of a few seconds finds the fastest ways of computing on this machine
                                  and records them; usual: the same ways on every machine (measured)
  what stays as it is (with --backbone)
    --freeze-below STAGE|head     nothing up to this stage changes; with --mode features it is run only once
    --stage-rate FACTOR           each stage learns at this share of the rate of the next (1)
    --unfreeze-every EPOCHS       begin with the last layer, take in one more stage every so many epochs
    --freeze-batch-norm --reestimate-batch-norm   keep its scales and statistics; measure them anew first`;

type Settings = Readonly<Record<string, unknown>>;

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

function refuse(args: Arguments, names: readonly string[], why: string): void {
  const given = names.find((name) => args.text(name) !== undefined || args.flag(name));
  if (given !== undefined) throw new UsageError(`--${given} ${why}`);
}

function lossOf(args: Arguments, file: unknown): object | undefined {
  const kind = args.text('loss');
  const before = objectOf(file);
  const loss: Record<string, unknown> = kind === undefined || kind === before.kind ? before : { kind };
  const chosen = loss.kind ?? 'cross-entropy';
  if (chosen !== 'focal') refuse(args, ['focal-gamma'], 'belongs to --loss focal');
  if (chosen === 'mse' || chosen === 'huber') refuse(args, ['smoothing'], 'needs classes: a number has none');
  if (chosen !== 'huber') refuse(args, ['huber-delta'], 'belongs to --loss huber');
  const changes = defined({
    gamma: args.number('focal-gamma'),
    smoothing: args.number('smoothing'),
    delta: args.number('huber-delta'),
  });
  const isAsked = kind !== undefined || Object.keys(changes).length > 0;
  return isAsked ? { ...loss, kind: chosen, ...changes } : undefined;
}

function weightsOf(args: Arguments): boolean | object | undefined {
  const text = args.text('class-weights');
  if (text === undefined) return undefined;
  if (text === 'balanced') return true;
  if (text === 'none') return false;
  const beta = Number(text);
  if (!(beta > 0 && beta < 1))
    throw new UsageError(`--class-weights takes balanced, none, or a beta between 0 and 1, not "${text}"`);
  return { beta };
}

function optimizerOf(args: Arguments, file: unknown): object | undefined {
  const name = args.text('optimizer');
  if (name !== undefined && !optimizerNames.some((known) => known === name))
    throw new UsageError(`--optimizer takes ${optimizerNames.join(', ')}, not "${name}"`);
  const before = objectOf(file);
  const { weightDecay, l1 } = before;
  const kind = name === 'adamw' ? 'adam' : (name ?? before.kind ?? 'adam');
  const start =
    name === undefined
      ? { ...before, kind }
      : { kind, ...defined({ weightDecay, l1 }), ...(name === 'adam' && { decay: 'l2' }) };
  if (kind === 'adam') refuse(args, ['momentum'], 'belongs to --optimizer sgd or rmsprop');
  if (kind !== 'sgd') refuse(args, ['nesterov'], 'belongs to --optimizer sgd');
  const changes = defined({
    momentum: args.number('momentum'),
    nesterov: args.flag('nesterov') || undefined,
    weightDecay: args.number('weight-decay'),
    l1: args.number('l1'),
  });
  const isAsked = name !== undefined || Object.keys(changes).length > 0;
  return isAsked ? { ...start, ...changes } : undefined;
}

function rateDropOf(args: Arguments, file: Settings): object | undefined {
  const schedule = args.text('schedule') ?? file.schedule ?? 'cosine';
  if (schedule !== 'step' && schedule !== 'plateau')
    refuse(args, ['drop-epochs', 'drop-factor'], 'belongs to --schedule step or plateau');
  const changes = defined({ epochs: args.number('drop-epochs'), factor: args.number('drop-factor') });
  return Object.keys(changes).length > 0 ? { ...objectOf(file.rateDrop), ...changes } : undefined;
}

function batchNormOf(args: Arguments, file: unknown): object | undefined {
  const changes = defined({
    frozen: args.flag('freeze-batch-norm') || undefined,
    reestimated: args.flag('reestimate-batch-norm') || undefined,
  });
  return Object.keys(changes).length > 0 ? { ...objectOf(file), ...changes } : undefined;
}

/**
 * The settings of a training that these options give; those of the configuration file show through where an option
 * changes only a part.
 * @throws UsageError where an option belongs to another choice
 */
export function craftSettings(args: Arguments, file: Settings): Record<string, unknown> {
  const sampling = args.text('sampling');
  const weights = weightsOf(args) ?? (sampling === 'balanced' && file.classWeights === undefined ? false : undefined);
  return defined({
    loss: lossOf(args, file.loss),
    classWeights: weights,
    sampling,
    optimizer: optimizerOf(args, file.optimizer),
    schedule: args.text('schedule'),
    rateDrop: rateDropOf(args, file),
    warmUpEpochs: args.number('warm-up'),
    accumulateBatches: args.number('accumulate'),
    clipNorm: args.number('clip-norm'),
    averageDecay: args.number('average-decay'),
    freezeBelow: args.text('freeze-below'),
    stageRateFactor: args.number('stage-rate'),
    unfreezeEpochs: args.number('unfreeze-every'),
    batchNorm: batchNormOf(args, file.batchNorm),
    headDropout: args.number('dropout'),
    pooling: args.text('pooling'),
    lowering: args.text('lowering'),
  });
}
