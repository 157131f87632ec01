import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Steps } from '../domain/steps.ts';

/**
 * What one transaction of bulk work may take, so that a label saved by hand meanwhile does not wait noticeably: writing to the
 * disk at its end comes on top of it, and together they are to stay within 20 ms.
 */
export const transactionBudgetMs = 8;

/**
 * Long work on the core's thread, in slices: whoever does it awaits `turn` after each small step, and where the slice is used up
 * everything else gets its turn first. What a step sees may have changed by the next one. Rejects once `signal` is aborted.
 */
export class Slices {
  /** Turns given away so far. */
  given = 0;
  private readonly signal: AbortSignal | undefined;
  private readonly budgetMs: number;
  private endMs: number;

  constructor({ signal, budgetMs = transactionBudgetMs }: { signal?: AbortSignal; budgetMs?: number } = {}) {
    this.signal = signal;
    this.budgetMs = budgetMs;
    this.endMs = performance.now() + budgetMs;
  }

  async turn(): Promise<void> {
    if (performance.now() < this.endMs) return;
    await nextTurn();
    this.signal?.throwIfAborted();
    this.given += 1;
    this.endMs = performance.now() + this.budgetMs;
  }

  /** Runs a computation to its end, with a turn between its steps. */
  async finish<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await this.turn();
    }
  }
}
