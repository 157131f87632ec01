import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { StepShape } from './steps.ts';

export type StepKind = 'train' | 'infer';

/** PyTorch in a process of its own that makes one step when asked. */
export interface TorchPeer {
  readonly version: string;
  /** Seconds of one step. */
  step(kind: StepKind, shape: StepShape): Promise<number>;
  /** Bytes above the loaded library at the peak of three training steps, in a process of its own. */
  memory(shape: StepShape): Promise<number>;
  close(): void;
}

/** GROUNDGLASS_PYTHON names a Python that has PyTorch. */
const python = process.env.GROUNDGLASS_PYTHON ?? 'python3';

const wordsOf = (kind: string, { architecture, size, batch }: StepShape) => [kind, architecture, size, batch].join(' ');

/** One PyTorch process that answers one line with one line. */
function startProcess(threads: number, clock: 'wall' | 'cpu') {
  const script = path.join(import.meta.dirname, 'torchPeer.py');
  const child = spawn(python, [script, String(threads), clock], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the PyTorch process ended');
    return value;
  };
  const ask = async (line: string): Promise<number> => {
    child.stdin.write(`${line}\n`);
    return Number(await read());
  };
  return { read, ask, close: () => child.stdin.end() };
}

/** Starts the peer, or says why there is none. */
export async function startTorchPeer(
  threads: number,
  clock: 'wall' | 'cpu',
): Promise<TorchPeer | { readonly missing: string }> {
  if (spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status !== 0)
    return { missing: 'peer not on this machine (GROUNDGLASS_PYTHON names a Python with PyTorch)' };
  const { read, ask, close } = startProcess(threads, clock);
  const version = await read();
  return {
    version,
    step: (kind, shape) => ask(wordsOf(kind, shape)),
    memory: async (shape) => {
      const fresh = startProcess(threads, clock);
      await fresh.read();
      const bytes = await fresh.ask(wordsOf('memory', shape));
      fresh.close();
      return bytes;
    },
    close,
  };
}
