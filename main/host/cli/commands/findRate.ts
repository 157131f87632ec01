import type { z } from 'zod';
import { RateRange, RateSearch } from '../../../contract/training/rateSearch.ts';
import type { TrainingConfig } from '../../../contract/training.ts';
import { type Arguments, type CommandContext, checkInput, UsageError } from '../command.ts';
import { finishJob } from '../followJob.ts';
import { duration } from '../output.ts';
import { withUsualLoss } from '../usualLoss.ts';

/** `--rate-range LOW,HIGH[,STEPS]` */
export function rateRange(args: Arguments): z.input<typeof RateRange> {
  const numbers = args.numbers('rate-range');
  if (!numbers) return {};
  const [lowest, highest, steps] = numbers;
  if (lowest === undefined || highest === undefined || numbers.length > 3 || !(highest > lowest))
    throw new UsageError('--rate-range takes LOW,HIGH[,STEPS], such as 1e-7,10,200');
  return checkInput(RateRange, { lowest, highest, ...(steps === undefined ? {} : { steps }) });
}

const shown = (rate: number): string => rate.toPrecision(2);

/** `train --find-rate`: tries rising rates, prints the curve and what it suggests; nothing is trained or kept. */
export async function findRate(
  config: z.input<typeof TrainingConfig>,
  range: z.input<typeof RateRange>,
  context: CommandContext,
): Promise<0> {
  const core = await context.openCore();
  const { jobId } = await core.client['training.findRate']({ config: await withUsualLoss(core, config), range });
  const search = RateSearch.parse(await finishJob(core, jobId, context));
  const { points, suggested, lowestLossAt, seconds } = search;
  const every = Math.max(1, Math.floor(points.length / 24));
  points.forEach(({ rate, loss, smoothed }, i) => {
    if (context.output.isJson) context.output.result({ rate, loss, smoothed }, '');
    else if (i % every === 0) context.output.result({}, `${shown(rate).padStart(9)}  ${smoothed.toFixed(4)}`);
  });
  context.output.result(
    { suggested: suggested ?? null, lowest_loss_at: lowestLossAt ?? null, steps: points.length, seconds },
    suggested === undefined
      ? `the loss never fell clearly: no rate is suggested (${points.length} steps, ${duration(seconds)})`
      : `suggested: --learning-rate ${shown(suggested)} (the loss falls most steeply there; ${points.length} steps, ${duration(seconds)})`,
  );
  return 0;
}
