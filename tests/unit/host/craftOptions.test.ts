import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { Arguments, UsageError } from '../../../main/host/cli/command.ts';
import { craftOptions, craftSettings } from '../../../main/host/cli/craftOptions.ts';

function settings(options: readonly string[], file: Record<string, unknown> = {}): Record<string, unknown> {
  const { values } = parseArgs({ args: [...options], options: craftOptions });
  return craftSettings(new Arguments([], values), file);
}
const configOf = (options: readonly string[], file: Record<string, unknown> = {}) =>
  TrainingConfig.parse({ snapshot: 'x', ...file, ...settings(options, file) });

describe('the options of a training', () => {
  it('say nothing where nothing is typed', () => {
    expect(settings([])).toEqual({});
  });

  it('choose loss, weights and sampling', () => {
    expect(configOf(['--loss=focal', '--focal-gamma=1.5', '--smoothing=0.1']).loss).toEqual({
      ...{ kind: 'focal', gamma: 1.5, smoothing: 0.1 },
    });
    expect(configOf(['--smoothing=0.1']).loss).toEqual({ kind: 'cross-entropy', smoothing: 0.1 });
    expect(configOf(['--class-weights=0.999']).classWeights).toEqual({ beta: 0.999 });
    expect(configOf(['--sampling=balanced'])).toMatchObject({ sampling: 'balanced', classWeights: false });
    expect(configOf(['--sampling=balanced', '--class-weights=balanced']).classWeights).toBe(true);
  });

  it('choose the optimizer by the name people use', () => {
    expect(configOf([]).optimizer).toMatchObject({ kind: 'adam', decay: 'decoupled' });
    expect(configOf(['--optimizer=adamw']).optimizer).toEqual(configOf([]).optimizer);
    expect(configOf(['--optimizer=adam', '--l1=1e-5']).optimizer).toMatchObject({ decay: 'l2', l1: 1e-5 });
    expect(configOf(['--optimizer=sgd', '--momentum=0.8', '--nesterov']).optimizer).toMatchObject({
      ...{ kind: 'sgd', momentum: 0.8, nesterov: true },
    });
    const file = { optimizer: { kind: 'sgd', momentum: 0.5, weightDecay: 0.01 } };
    expect(configOf(['--nesterov'], file).optimizer).toMatchObject({
      momentum: 0.5,
      nesterov: true,
      weightDecay: 0.01,
    });
    expect(configOf(['--optimizer=rmsprop'], file).optimizer).toMatchObject({ kind: 'rmsprop', weightDecay: 0.01 });
  });

  it('choose schedule, freezing and averages', () => {
    const typed = ['--schedule=plateau', '--drop-epochs=2', '--warm-up=0.5', '--accumulate=4', '--average-decay=0.99'];
    expect(configOf(typed)).toMatchObject({
      ...{ schedule: 'plateau', rateDrop: { epochs: 2, factor: 0.3 }, warmUpEpochs: 0.5, accumulateBatches: 4 },
      averageDecay: 0.99,
    });
    expect(configOf(['--freeze-below=layer2', '--stage-rate=0.4', '--reestimate-batch-norm'])).toMatchObject({
      ...{ freezeBelow: 'layer2', stageRateFactor: 0.4, batchNorm: { frozen: false, reestimated: true } },
    });
  });

  it.each([
    [['--focal-gamma=2'], /belongs to --loss focal/],
    [['--momentum=0.9'], /belongs to --optimizer sgd or rmsprop/],
    [['--optimizer=rmsprop', '--nesterov'], /belongs to --optimizer sgd/],
    [['--drop-factor=0.5'], /belongs to --schedule step or plateau/],
    [['--optimizer=adagrad'], /adamw, adam, sgd, rmsprop/],
    [['--class-weights=2'], /between 0 and 1/],
  ])('%j is refused in a sentence', (options, sentence) => {
    expect(() => settings(options)).toThrow(UsageError);
    expect(() => settings(options)).toThrow(sentence);
  });
});
