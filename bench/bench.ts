import { parseArgs } from 'node:util';
import type { Summary } from './numbers.ts';

/** One quantity that a bench has measured. */
export interface Figure {
  readonly quantity: string;
  readonly unit: string;
  readonly own: Summary;
  readonly peer?: Summary;
  /** Own divided by the peer's, pair by pair. */
  readonly ratio?: Summary;
}

export interface BenchResult {
  /** What was measured on what. */
  readonly conditions: string;
  readonly figures: readonly Figure[];
  readonly notes?: readonly string[];
  /** Heading of the peer's column; PyTorch where absent. */
  readonly peerName?: string;
}

export interface Bench {
  readonly name: string;
  readonly title: string;
  run(tell: (text: string) => void): Promise<BenchResult>;
}

/** Rounds of a bench: GROUNDGLASS_BENCH_ROUNDS, for a quick look or a long night. */
export function rounds(usual: number): number {
  return Math.max(1, Number(process.env.GROUNDGLASS_BENCH_ROUNDS ?? usual) || usual);
}

/**
 * `--clock cpu --threads 1` measures the time that a process has had a core: for machines that others use, where who
 * spins longest looks quickest.
 *
 * `npm run bench train-step -- --architecture resnet18,mobilenet-v2 --size 128,224 --batch 16`
 */
export function benchArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      architecture: { type: 'string', default: 'resnet18,mobilenet-v2,densenet121' },
      size: { type: 'string', default: '128,224' },
      batch: { type: 'string', default: '16' },
      threads: { type: 'string', default: '2' },
      clock: { type: 'string', default: 'wall' },
      lowering: { type: 'string', default: 'measured' },
    },
  });
}
