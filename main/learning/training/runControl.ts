/** Why training ends before its last epoch. `interrupted`: the caller is gone or cancelled. */
export type EarlyEnd = 'paused' | 'stopped' | 'interrupted';

/** What was asked of a training in progress; the loop looks between steps. */
export class RunControl {
  #asked: EarlyEnd | undefined;

  /** Checkpoint and leave; resume goes on from here. */
  pause(): void {
    this.#asked ??= 'paused';
  }

  /** End now and keep the best model so far. */
  stop(): void {
    this.#asked = 'stopped';
  }

  interrupt(): void {
    this.#asked = 'interrupted';
  }

  get asked(): EarlyEnd | undefined {
    return this.#asked;
  }
}
