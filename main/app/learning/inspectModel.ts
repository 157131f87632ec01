import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import type { ModelInspection } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { inspectGraph } from '../../learning/network/inspectGraph.ts';

/** What is in an ONNX file, without running it. Errors: `file-not-found`, `model-damaged`. */
export async function inspectModel(path: string): Promise<z.output<typeof ModelInspection>> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('file-not-found', 'The model file cannot be read.', { cause });
  });
  return { path, ...inspectGraph(bytes) };
}
