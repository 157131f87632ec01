/** A round of successive halving: so many trials, each with a share of the whole budget. */
export interface Rung {
  readonly trials: number;
  readonly budget: number;
}

/** Of three trials one goes on. */
const KEPT = 3;
const MOST_RUNGS = 3;

/**
 * Rounds with budgets 1/9, 1/3 and 1 (fewer where there are few trials): Jamieson and Talwalkar, "Non-stochastic best arm
 * identification and hyperparameter optimization", AISTATS 2016.
 */
export function rungsOf(trials: number): Rung[] {
  const count = Math.min(MOST_RUNGS, 1 + Math.floor(Math.log(trials) / Math.log(KEPT) + 1e-9));
  return Array.from({ length: count }, (_, i) => ({
    trials: Math.max(1, Math.ceil(trials / KEPT ** i)),
    budget: 1 / KEPT ** (count - 1 - i),
  }));
}

export const fitsOf = (trials: number): number => rungsOf(trials).reduce((sum, rung) => sum + rung.trials, 0);
