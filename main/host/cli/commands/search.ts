import { existsSync } from 'node:fs';
import { type SearchDetail, SearchRequest, type Trial } from '../../../contract/search.ts';
import type { CoreConnection } from '../../connection.ts';
import { type Arguments, type CliCommand, checkInput, defined, resolvePath, UsageError } from '../command.ts';
import { endOf } from '../followJob.ts';
import { duration } from '../output.ts';
import { checkedConfig, train } from './train.ts';

const pathOrId = (given: string): string => (existsSync(resolvePath(given)) ? resolvePath(given) : given);

export const search: CliCommand = {
  summary: 'try settings, or seeds, and judge them on validation cases',
  usage: `search --snapshot ID|DIR [--architecture resnet18] [--backbone random|MODEL] [--trials 40] [--heads logistic,svm,...]
    [--epochs 60] [--batch 16] [--threads N] [--seed 1]
                         random settings over the features of a frozen base, the worse two thirds stopped early
  search --seeds N --snapshot ID|DIR [options of train]
                         one training with N seeds: the spread of what it reaches
  search --resume SEARCH`,
  options: { ...train.options, trials: { type: 'string' }, heads: { type: 'string' }, seeds: { type: 'string' } },
  positionals: [0, 0],
  run: async (args, context) => {
    const { output } = context;
    const resumed = args.text('resume');
    const request = resumed === undefined ? requestOf(args) : undefined;
    const core = await context.openCore();
    const { searchId, jobId } = await started(core, request, resumed);
    // What was found stays; it can be looked at and resumed.
    context.onStop({ search: searchId }, async () => {
      if (context.isAttached()) await core.client['jobs.cancel']({ jobId });
    });
    output.result({ search: searchId }, `search ${searchId}`);
    core.on('search.trialEnded', (ended) => {
      if (ended.searchId === searchId) output.result(trialLine(searchId, ended.trial), describeTrial(ended.trial));
    });
    const job = await endOf(core, jobId, ({ progress, title }) => {
      const { fraction, message, etaSeconds } = progress;
      const left = etaSeconds === undefined ? '' : `, ${duration(etaSeconds)} left`;
      output.progress(
        { progress: { fraction: fraction ?? null, message, eta_seconds: etaSeconds ?? null } },
        `${title}: ${message}${left}`,
      );
    });
    const detail = await core.client['search.get']({ searchId });
    output.result(resultLine(detail), describeResult(detail));
    return job.status === 'done' ? 0 : 1;
  },
};

async function started(core: CoreConnection, request: SearchRequest | undefined, resumed: string | undefined) {
  if (request) return core.client['search.start'](request);
  const searchId = resumed ?? '';
  return { searchId, ...(await core.client['search.resume']({ searchId })) };
}

function requestOf(args: Arguments): SearchRequest {
  const seeds = args.number('seeds');
  const typed =
    seeds === undefined
      ? {
          kind: 'settings',
          snapshot: pathOrId(args.needText('snapshot')),
          ...defined({
            architecture: args.text('architecture'),
            backbone: args.text('backbone'),
            trials: args.number('trials'),
            epochs: args.number('epochs'),
            batchSize: args.number('batch'),
            threads: args.number('threads'),
            seed: args.number('seed'),
          }),
          space: defined({ heads: args.text('heads')?.split(',') }),
        }
      : { kind: 'seeds', seeds, config: checkedConfig(args) };
  if (seeds !== undefined && args.text('trials') !== undefined)
    throw new UsageError('--seeds and --trials exclude each other');
  return SearchRequest.parse(checkInput(SearchRequest, typed));
}

const trialLine = (search: string, { id, rung, budget, settings, ...measured }: Trial): object => ({
  ...{ search, trial: id, rung, budget, settings },
  ...{ train_loss: measured.trainLoss, val_loss: measured.valLoss, val_auroc: measured.valAuroc ?? null },
  seconds: measured.seconds,
});

const words = (settings: Trial['settings']): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

const describeTrial = ({ id, budget, settings, valLoss, valAuroc }: Trial): string =>
  `trial ${id} at ${Math.round(budget * 100)} %: ${words(settings)}: validation loss ${valLoss.toFixed(4)}${
    valAuroc === undefined ? '' : `, AUROC ${valAuroc.toFixed(3)}`
  }`;

function resultLine({ summary, bestConfig, spread, error }: SearchDetail): object {
  const { id, status, done, total, best } = summary;
  return {
    ...{ search: id, status, fits: done, of: total },
    ...(best && { best: trialLine(id, best) }),
    ...(bestConfig && { config: bestConfig }),
    ...(spread && { spread: { val_loss: spread.valLoss, val_auroc: spread.valAuroc ?? null } }),
    ...(error && { error }),
  };
}

function describeResult({ summary, spread }: SearchDetail): string {
  const { status, done, total, best } = summary;
  const auroc = spread?.valAuroc;
  return [
    `${status}: ${done} of ${total} fits`,
    ...(best ? [`best: ${describeTrial(best)}`] : []),
    ...(auroc
      ? [
          `validation AUROC over ${auroc.n} seeds: mean ${auroc.mean.toFixed(4)}, standard deviation ${auroc.deviation.toFixed(4)}, ${auroc.low.toFixed(4)} to ${auroc.high.toFixed(4)}`,
        ]
      : []),
  ].join('\n');
}
