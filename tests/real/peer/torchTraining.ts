import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TrainingConfig } from '../../../main/contract/training.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { parameterTensors } from '../../../main/learning/network/network.ts';
import { float32Data } from '../../../main/learning/network/tensor.ts';
import { startingNetwork } from '../../../main/learning/training/startingNetwork.ts';

/** GROUNDGLASS_PYTHON names a Python that has PyTorch. */
const python = process.env.GROUNDGLASS_PYTHON ?? 'python3';

/** An epoch of PyTorch; seconds since the first step of its fold. */
export interface TorchEpoch {
  readonly fold: number;
  readonly epoch: number;
  readonly valLoss: number;
  readonly valAuroc: number;
  readonly seconds: number;
  /** Of processor time. */
  readonly cpuSeconds: number;
}

/** What PyTorch says about the test cases of a fold: the score of the positive class by position in the snapshot. */
export interface TorchFold {
  readonly fold: number;
  readonly cases: readonly number[];
  readonly scores: readonly number[];
}

export interface TorchOutcome {
  readonly version: string;
  readonly epochs: readonly TorchEpoch[];
  readonly folds: readonly TorchFold[];
}

export interface TorchJob {
  /** Where the job and the starting weights are written. */
  readonly folder: string;
  readonly snapshotDirectory: string;
  /** Of a training from scratch: its seed draws the starting weights. */
  readonly config: TrainingConfig;
  /** From 1; empty for a snapshot without folds. */
  readonly folds: readonly number[];
  readonly threads: number;
  /** Test cases are scored, too. */
  readonly testing: boolean;
}

/** Why there is no peer; undefined where there is one. */
export function torchGap(): string | undefined {
  const found = spawnSync(python, ['-c', 'import torch, numpy'], { stdio: 'ignore' }).status === 0;
  return found ? undefined : 'There is no PyTorch on this machine (GROUNDGLASS_PYTHON names a Python that has it).';
}

/** The weights that a training of ours starts from, as start.json and start.bin. */
function writeStart(folder: string, config: TrainingConfig, snapshotDirectory: string): void {
  const network = startingNetwork(config, openSnapshot(snapshotDirectory));
  const tensors = Object.entries(parameterTensors(network));
  const entries = tensors.map(([name, { shape }]) => ({ name, shape }));
  writeFileSync(path.join(folder, 'start.json'), JSON.stringify(entries));
  const parts = tensors.map(([, tensor]) => {
    const { buffer, byteOffset, byteLength } = float32Data(tensor);
    return Buffer.from(buffer, byteOffset, byteLength);
  });
  writeFileSync(path.join(folder, 'start.bin'), Buffer.concat(parts));
}

/**
 * Trains all layers in PyTorch as `config` says, from the very weights and on the very pictures and folds that a training
 * of ours has.
 */
export async function trainWithTorch(job: TorchJob, tell: (epoch: TorchEpoch) => void): Promise<TorchOutcome> {
  const { folder, snapshotDirectory, config, folds, threads, testing } = job;
  if (config.optimizer.kind !== 'adam' || config.schedule !== 'cosine')
    throw new Error('the peer knows AdamW and the cosine schedule');
  mkdirSync(folder, { recursive: true });
  writeStart(folder, config, snapshotDirectory);
  const { architecture, epochs, batchSize: batch, learningRate, augmentation, seed } = config;
  const { weightDecay } = config.optimizer;
  const words = { architecture, epochs, batch, learningRate, weightDecay, augmentation, seed, threads, testing };
  const file = path.join(folder, 'job.json');
  writeFileSync(file, JSON.stringify({ snapshot: snapshotDirectory, start: folder, folds, ...words }));
  const script = path.join(import.meta.dirname, 'trainPeer.py');
  const child = spawn(python, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const outcome = { version: '', epochs: [] as TorchEpoch[], folds: [] as TorchFold[] };
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as { version?: string } & Partial<TorchEpoch> & Partial<TorchFold>;
    if (line.version !== undefined) outcome.version = line.version;
    else if (line.scores !== undefined) outcome.folds.push(line as TorchFold);
    else {
      outcome.epochs.push(line as TorchEpoch);
      tell(line as TorchEpoch);
    }
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`the PyTorch process ended with ${code}`);
  return outcome;
}
