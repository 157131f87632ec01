import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Tensor } from '../network/tensor.ts';
import { float32, sizeOf } from '../network/tensor.ts';
import { headOfTensors, type TableHead, tensorsOfHead } from './tableHead.ts';

/** Beside `<stem>.onnx`, whose output is the features that this head reads. */
export const headFileName = (stem: string): string => `${stem}.head.json`;

const HeadFile = z.object({
  format: z.literal('groundglass-head'),
  version: z.literal(1),
  kind: z.enum(['forest', 'knn']),
  /** float32, little-endian, base64. */
  tensors: z.record(z.string(), z.object({ shape: z.array(z.number().int().nonnegative()), data: z.string() })),
});

/** The same head gives the same text. */
export function encodeHead(head: TableHead): string {
  const entries = Object.entries(tensorsOfHead(head)).map(([name, { shape, data }]) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return [name, { shape: [...shape], data: bytes.toString('base64') }] as const;
  });
  const file = { format: 'groundglass-head', version: 1, kind: head.kind, tensors: Object.fromEntries(entries) };
  return `${JSON.stringify(file, undefined, 1)}\n`;
}

/** Throws `model-damaged`. */
export function decodeHead(text: string): TableHead {
  const { kind, tensors } = parse(text);
  const decoded: Record<string, Tensor> = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length !== 4 * sizeOf(shape)) throw new AppError('model-damaged', `The head's ${name} is cut off.`);
    decoded[name] = float32(shape, new Float32Array(new Uint8Array(bytes).buffer));
  }
  const head = headOfTensors(decoded);
  if (head.kind !== kind) throw new AppError('model-damaged', 'The head file does not hold what it says.');
  return head;
}

function parse(text: string): z.output<typeof HeadFile> {
  try {
    return HeadFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('model-damaged', 'The head file of this model cannot be read.', { cause });
  }
}
