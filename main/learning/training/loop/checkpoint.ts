import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { EpochRow } from '../../../contract/training.ts';
import { AppError } from '../../../domain/errors.ts';
import { writeDurably } from '../../dataset/durableFile.ts';
import type { Tensor, Tensors } from '../../network/tensor.ts';

/** Where in the training a checkpoint was taken, and what the running epoch has gathered so far. */
export const TrainingPosition = z.object({
  /** The epoch that is running, from 1. */
  epoch: z.number().int(),
  /** Steps of it that are done. */
  step: z.number().int(),
  /** Steps done since the beginning. */
  stepNumber: z.number().int(),
  history: z.array(EpochRow),
  lossSum: z.number(),
  /** Positive scores and truths of the cases trained on in this epoch. */
  scores: z.array(z.array(z.number())),
  truths: z.array(z.number()),
  /** Which cases these are. */
  cases: z.array(z.number().int()).default([]),
  secondsInEpoch: z.number(),
});
export type TrainingPosition = z.output<typeof TrainingPosition>;

export const startingPosition: TrainingPosition = {
  ...{
    epoch: 1,
    step: 0,
    stepNumber: 0,
    history: [],
    lossSum: 0,
    scores: [],
    truths: [],
    cases: [],
    secondsInEpoch: 0,
  },
};

export interface Checkpoint {
  readonly position: TrainingPosition;
  /** Parameters, optimizer slots and running statistics, float32. */
  readonly state: Tensors;
  /** Configuration and snapshot the state belongs to; another one is refused. */
  readonly key: string;
}

const MAGIC = Buffer.from('groundglass checkpoint 1\n');
const HASH_BYTES = 32;
const Header = z.object({
  key: z.string(),
  position: TrainingPosition,
  tensors: z.array(z.object({ name: z.string(), shape: z.array(z.number().int()) })),
});

const bytesOf = (tensor: Tensor): Uint8Array =>
  new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);

function refuseNotFinite(state: Tensors): void {
  for (const { data } of Object.values(state)) {
    // One sum, far from the end of float64, finds any NaN or infinity without a branch per element.
    let sum = 0;
    if (data instanceof Float32Array) for (const value of data) sum += Math.abs(value);
    if (!Number.isFinite(sum)) throw new AppError('loss-not-finite', 'The weights are not finite any more.');
  }
}

/** Layout: magic, u32 header length (little endian), header JSON, float32 tensors in header order, SHA-256 of it all. */
export function writeCheckpoint(file: string, { position, state, key }: Checkpoint): void {
  refuseNotFinite(state);
  const entries = Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1));
  const tensors = entries.map(([name, { shape, type }]) => {
    if (type !== 'float32') throw new Error(`checkpoint tensor ${name} is ${type}`);
    return { name, shape: [...shape] };
  });
  const header = Buffer.from(JSON.stringify({ key, position, tensors }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const content = Buffer.concat([MAGIC, length, header, ...entries.map(([, tensor]) => bytesOf(tensor))]);
  writeDurably(file, Buffer.concat([content, createHash('sha256').update(content).digest()]));
}

const damaged = (cause?: unknown): AppError =>
  new AppError('checkpoint-damaged', 'The checkpoint of this run is damaged.', { cause });

function parseHeader(content: Buffer): { header: z.output<typeof Header>; end: number } {
  const start = MAGIC.length + 4;
  const end = start + content.readUInt32LE(MAGIC.length);
  try {
    return { header: Header.parse(JSON.parse(content.subarray(start, end).toString('utf8'))), end };
  } catch (cause) {
    throw damaged(cause);
  }
}

/** Undefined where there is none yet. Throws `checkpoint-damaged`, `conflict` for one of another configuration. */
export function readCheckpoint(file: string, key: string): Checkpoint | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  const content = bytes.subarray(0, Math.max(0, bytes.length - HASH_BYTES));
  const isWhole = createHash('sha256').update(content).digest().equals(bytes.subarray(content.length));
  if (!isWhole || !content.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged();
  const { header, end } = parseHeader(content);
  if (header.key !== key) throw new AppError('conflict', 'The checkpoint belongs to another configuration or dataset.');
  const state: Record<string, Tensor> = {};
  let at = end;
  for (const { name, shape } of header.tensors) {
    const size = shape.reduce((product, extent) => product * extent, 4);
    const data = new Float32Array(content.buffer.slice(content.byteOffset + at, content.byteOffset + at + size));
    state[name] = { type: 'float32', shape, data };
    at += size;
  }
  return { key, position: header.position, state };
}
