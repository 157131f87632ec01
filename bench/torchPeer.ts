import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from './machine.ts';

export type StepKind = 'train' | 'infer';

/** PyTorch in a process of its own that makes one step when asked. */
export interface TorchPeer {
  readonly version: string;
  /** Seconds of one step of ResNet-18, batch 16. */
  step(kind: StepKind, size: number): Promise<number>;
  close(): void;
}

/** GROUNDGLASS_PYTHON names a Python that has PyTorch. */
const python = process.env.GROUNDGLASS_PYTHON ?? 'python3';
const peersFolder = process.env.GROUNDGLASS_PEERS ?? path.resolve(projectRoot, '../shared/peers');

/** Starts the peer, or says why there is none. */
export async function startTorchPeer(threads: number): Promise<TorchPeer | { readonly missing: string }> {
  const steps = path.join(peersFolder, 'torch_steps.py');
  if (!existsSync(steps)) return { missing: 'peer not on this machine (no torch_steps.py)' };
  if (spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status !== 0)
    return { missing: 'peer not on this machine (no PyTorch)' };
  const script = path.join(import.meta.dirname, 'torchPeer.py');
  const child = spawn(python, [script, steps, String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the PyTorch process ended');
    return value;
  };
  const version = await read();
  return {
    version,
    step: async (kind, size) => {
      child.stdin.write(`${kind} ${size}\n`);
      return Number(await read());
    },
    close: () => child.stdin.end(),
  };
}
