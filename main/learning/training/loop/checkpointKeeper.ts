import type { EpochRow } from '../../../contract/training.ts';
import type { Tensors } from '../../network/tensor.ts';
import {
  type Checkpoint,
  readCheckpoint,
  startingPosition,
  type TrainingPosition,
  writeCheckpoint,
} from './checkpoint.ts';

/** Parameters and running statistics after the epoch with the smallest validation loss. */
export interface BestWeights {
  readonly state: Tensors;
  readonly row: EpochRow;
}

export interface KeptFiles {
  readonly files: { readonly last: string; readonly best: string };
  readonly key: string;
  readonly checkpointSeconds?: number;
}

const CHECKPOINT_SECONDS = 30;
/** Writing checkpoints may cost a twentieth of the time at most. */
const CHECKPOINT_SHARE = 20;

/** The last and the best checkpoint of one training. The best one waits in memory until the next save. */
export class CheckpointKeeper {
  readonly #kept: KeptFiles;
  #best: BestWeights | undefined;
  #isBestSaved = true;
  #savedAt = performance.now();
  #saveSeconds = 0;

  constructor(kept: KeptFiles) {
    this.#kept = kept;
  }

  get best(): BestWeights | undefined {
    return this.#best;
  }

  set best(best: BestWeights | undefined) {
    this.#best = best;
    this.#isBestSaved = false;
  }

  /** The last checkpoint; its best weights are taken up, too. */
  restore(): Checkpoint | undefined {
    const { files, key } = this.#kept;
    const last = readCheckpoint(files.last, key);
    if (!last?.position.history.some((row) => row.isBest)) return last;
    const best = readCheckpoint(files.best, key);
    const row = best?.position.history.at(-1);
    if (best && row) this.#best = { state: best.state, row };
    return last;
  }

  /** Best first: a crash between the two leaves a best that the same epoch will make again. */
  save(state: Tensors, position: TrainingPosition): void {
    const started = performance.now();
    this.saveBest();
    writeCheckpoint(this.#kept.files.last, { key: this.#kept.key, state, position });
    this.#savedAt = performance.now();
    this.#saveSeconds = (this.#savedAt - started) / 1000;
  }

  saveBest(): void {
    if (this.#isBestSaved || !this.#best) return;
    const { state, row } = this.#best;
    const position = { ...startingPosition, epoch: row.epoch, history: [row] };
    writeCheckpoint(this.#kept.files.best, { key: this.#kept.key, state, position });
    this.#isBestSaved = true;
  }

  get isDue(): boolean {
    const { checkpointSeconds = CHECKPOINT_SECONDS } = this.#kept;
    if (checkpointSeconds === 0) return true;
    const interval = Math.max(checkpointSeconds, CHECKPOINT_SHARE * this.#saveSeconds);
    return performance.now() - this.#savedAt > interval * 1000;
  }
}
