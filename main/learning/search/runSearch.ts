import type { z } from 'zod';
import type { SettingsSearch, Trial, TrialSettings } from '../../contract/search.ts';
import { softmax } from '../../domain/statistics/scores.ts';
import { headTrials } from '../heads/fitHead.ts';
import { aurocOf } from '../training/trainingCases.ts';
import { fitDense } from './denseFit.ts';
import { drawSettings } from './drawSettings.ts';
import { rungsOf } from './rungs.ts';
import { problemOf, type SearchData } from './searchData.ts';

type Request = z.output<typeof SettingsSearch>;

export interface SearchHooks {
  readonly signal: AbortSignal;
  /** After each fit; `isNew` is false for one that an earlier sitting did. */
  readonly onTrial: (trial: Trial, isNew: boolean) => void;
}

const numberOf = (settings: TrialSettings, name: string): number => Number(settings[name]);

interface Fitted {
  readonly valLoss: number;
  readonly trainLoss: number;
  readonly valLogits: readonly (readonly number[])[];
}

function fitSettings(data: SearchData, request: Request, settings: TrialSettings, budget: number): Fitted {
  const isDense = settings.head === 'dense';
  const problem = problemOf(data, isDense ? 1 : budget, settings.classWeights === true);
  if (isDense)
    return fitDense(problem, data.lastDepthFrom, {
      learningRate: numberOf(settings, 'learningRate'),
      weightDecay: numberOf(settings, 'weightDecay'),
      epochs: Math.max(1, Math.round(request.epochs * budget)),
      batchSize: request.batchSize,
      seed: request.seed,
    });
  const { head, classWeights: _, ...own } = settings;
  const numbers = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, Number(value)]));
  // No more neighbours than there are cases at this budget.
  if (numbers.k !== undefined) numbers.k = Math.min(numbers.k, problem.train.features.rows);
  const kind = head === 'logistic' || head === 'svm' || head === 'forest' ? head : 'knn';
  const [only] = headTrials(kind, problem, [numbers]);
  if (!only) throw new Error('nothing was fitted');
  return only;
}

function perform(data: SearchData, request: Request, place: Pick<Trial, 'id' | 'rung' | 'budget'>): Trial {
  const settings = drawSettings(request.space, request.seed, place.id);
  const started = performance.now();
  const { valLoss, trainLoss, valLogits } = fitSettings(data, request, settings, place.budget);
  const scores = valLogits.map(softmax);
  const valAuroc = aurocOf(scores, data.val.classes, data.cases);
  const seconds = (performance.now() - started) / 1000;
  return { ...place, settings, trainLoss, valLoss, seconds, ...(valAuroc !== undefined && { valAuroc }) };
}

export const bySmallestLoss = (a: Trial, b: Trial): number => a.valLoss - b.valLoss || a.id - b.id;

/** The best of the trials that came furthest: a loss at a small budget proves little. */
export function bestTrial(trials: readonly Trial[]): Trial | undefined {
  const furthest = Math.max(...trials.map(({ rung }) => rung));
  return trials.filter(({ rung }) => rung === furthest).sort(bySmallestLoss)[0];
}

/**
 * Random search with successive halving; deterministic, so that a search that was broken off goes on with `earlier` as if
 * nothing had happened. Ends early, with what there is, when the signal is aborted.
 */
export async function runSearch(
  data: SearchData,
  request: Request,
  { signal, onTrial }: SearchHooks,
  earlier: readonly Trial[] = [],
): Promise<{ trials: Trial[]; isComplete: boolean }> {
  const known = new Map(earlier.map((trial) => [`${trial.rung}/${trial.id}`, trial]));
  const trials: Trial[] = [];
  let ids = Array.from({ length: request.trials }, (_, i) => i + 1);
  for (const [at, { trials: count, budget }] of rungsOf(request.trials).entries()) {
    const rung = at + 1;
    const own: Trial[] = [];
    for (const id of ids.slice(0, count)) {
      await new Promise(setImmediate); // lets a request to stop come in
      if (signal.aborted) return { trials: [...trials, ...own], isComplete: false };
      const before = known.get(`${rung}/${id}`);
      const trial = before ?? perform(data, request, { id, rung, budget });
      own.push(trial);
      onTrial(trial, before === undefined);
    }
    trials.push(...own);
    ids = own.sort(bySmallestLoss).map(({ id }) => id);
  }
  return { trials, isComplete: true };
}
