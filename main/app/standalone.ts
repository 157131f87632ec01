import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import type { ModelInspection } from '../contract/models.ts';
import type { TestTimeAugmentation } from '../contract/testTimeAugmentation.ts';
import { connectTasks } from '../contract/transport/tasks.ts';
import type { SpawnWorker } from '../contract/transport/worker.ts';
import { AppError, asAppError, type ErrorCode, errorCodes } from '../domain/errors.ts';
import { imageIdOf, type SopInstanceUid } from '../domain/ids.ts';
import { scanPaths } from '../imaging/files/scanPaths.ts';
import type { PhantomKind } from '../imaging/phantom/drawing.ts';
import { makePhantoms as drawPhantoms } from '../imaging/phantom/makePhantoms.ts';
import { createImagingPool, type ImagingPool } from '../imaging/pool.ts';
import { inspectOnnx } from '../learning/prediction/inspectOnnx.ts';
import { readLock } from '../store/workspace/lock.ts';
import { pictureStems } from './learning/pictureStems.ts';
import type { WorkerTasks } from './learning/runInWorker.ts';
import { seriesOfFiles } from './learning/seriesOfFiles.ts';
import { threadCount } from './learning/threadCount.ts';

/** What works without a workspace: for the command line. */
type OutputLine = Readonly<Record<string, unknown>>;

export { encodePictureSheet } from '../learning/training/augmentation/pictureSheet.ts';
export { deidentifyPaths } from './deidentify/deidentifyPaths.ts';
export { drawFormulaSheet } from './learning/formulaSheet.ts';
export { makeBackbone } from './learning/makeBackbone.ts';

/** Who holds a workspace folder now; undefined where nobody does. */
export const readWorkspaceLock = readLock;

export { isWorkspace } from '../store/workspace/databaseName.ts';

export const inspectModel = (path: string): Promise<z.output<typeof ModelInspection>> =>
  Promise.resolve().then(() => inspectOnnx(path));

interface InspectOptions {
  readonly paths: readonly string[];
  readonly pixels: boolean;
  readonly spawnWorker: SpawnWorker;
  readonly signal: AbortSignal;
}

/** Every file below the paths, whatever it is, in the order of its path; parsed and decoded in workers. */
export async function* inspectFiles({
  paths,
  pixels,
  spawnWorker,
  signal,
}: InspectOptions): AsyncGenerator<OutputLine> {
  const pool = createImagingPool({ spawnWorker, size: availableParallelism() });
  const ahead = pool.size * 2;
  const waiting: Promise<OutputLine>[] = [];
  try {
    for await (const { address } of scanPaths(paths)) {
      signal.throwIfAborted();
      waiting.push(
        pool
          .run('inspectFile', { path: address, pixels }, { signal })
          .catch((thrown) => badFile('path', address, thrown)),
      );
      if (waiting.length > ahead) yield (await waiting.shift()) ?? {};
    }
    for (const line of waiting) yield await line;
  } finally {
    pool.close();
  }
}

function badFile(key: 'path' | 'file', path: string, thrown: unknown): OutputLine {
  const { code, message } = asAppError(thrown);
  return { [key]: path, error: { code, message } };
}

interface PhantomRequest {
  readonly out: string;
  readonly patients: number;
  readonly seed: number;
  readonly kinds: readonly PhantomKind[];
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number, message: string) => void;
}

export async function makePhantoms({ kinds, onProgress, ...options }: PhantomRequest): Promise<OutputLine> {
  const made = await drawPhantoms({
    ...options,
    kind: kinds,
    onProgress: (done, total) => onProgress(done / total, `patient ${done} of ${total}`),
  });
  return { ...made };
}

interface PredictOptions {
  readonly modelPath: string;
  readonly inputs: readonly string[];
  readonly cam: 'cam' | 'gradcam' | 'gradcam++' | 'none';
  readonly className?: string;
  readonly tta?: TestTimeAugmentation;
  readonly out: string;
  /** Asked about files that do not say themselves whose they are: PNG, JPEG and NIfTI. */
  readonly identify?: (file: { address: string; fileSha256: string }) => Promise<KnownImage | undefined>;
  readonly spawnWorker: SpawnWorker;
  readonly signal: AbortSignal;
}

interface KnownImage {
  readonly sopInstanceUid: string;
  readonly patientId: string;
}

/**
 * Scores and heat maps of image files, or of series where the model looks at several slices; predictions.jsonl is written
 * anew. A bad file gives a line with its error.
 */
export async function* predictFiles(options: PredictOptions): AsyncGenerator<OutputLine> {
  const { modelPath, cam, className, tta, out, signal } = options;
  mkdirSync(out, { recursive: true });
  const log = join(out, 'predictions.jsonl');
  rmSync(log, { force: true });
  const worker = options.spawnWorker('learning');
  const tasks = connectTasks<WorkerTasks>(worker.channel, worker.causeOfEnd);
  const pool = createImagingPool({ spawnWorker: options.spawnWorker, size: 1 });
  const stemOf = pictureStems();
  try {
    const asked = { ...(className === undefined ? {} : { className }), ...(tta ? { tta } : {}) };
    const wanted = { modelPath, cam, threads: threadCount(), ...asked };
    const { pictures } = await tasks.run('prepareModel', wanted, { signal });
    if (pictures.slices || pictures.phases) {
      const faultOf = (address: string) => decodeOnTrial(pool, address, signal);
      const { series, bad } = await seriesOfFiles(options.inputs, pictures, { pool, faultOf, signal });
      for (const line of bad.map(({ file, error }) => badFile('file', file, error))) yield logged(log, line);
      for (const each of series) {
        const line = await tasks
          .run('predictSeries', { ...wanted, ...each, out }, { signal })
          .catch((thrown: unknown) => lineOrThrow(each.slices[0]?.file ?? '', thrown));
        yield logged(log, line);
      }
      return;
    }
    for await (const file of scanPaths(options.inputs)) {
      signal.throwIfAborted();
      if (file.kind === 'ignored') continue;
      const name = file.relativePath || basename(file.address);
      const request = { ...wanted, address: file.address, file: name, stem: stemOf(name), out };
      const lines =
        file.kind === 'rejected'
          ? [badFile('file', file.relativePath, file.error)]
          : await decodeOnTrial(pool, file.address, signal)
              .then((error) => (error ? [badFile('file', name, error)] : tasks.run('predictFile', request, { signal })))
              .catch((thrown: unknown) => [lineOrThrow(request.file, thrown)]);
      for (const line of await withNames(lines, file.address, pool, options)) {
        yield logged(log, line);
      }
    }
  } finally {
    pool.close();
    worker.kill();
  }
}

function logged(log: string, line: OutputLine): OutputLine {
  appendFileSync(log, `${JSON.stringify(line)}\n`);
  return line;
}

/** Lines without an image get what the workspace knows the very same bytes as, where it was asked for. */
async function withNames(
  lines: readonly OutputLine[],
  address: string,
  pool: ImagingPool,
  { identify, signal }: PredictOptions,
): Promise<readonly OutputLine[]> {
  if (!identify || !lines.some((line) => line.imageId === null)) return lines;
  const fileSha256 = await pool.run('hashFile', { address }, { signal, timeoutMs: 300_000 });
  const known = await identify({ address, fileSha256 });
  if (!known) return lines;
  return lines.map((line) => ({
    ...line,
    imageId: imageIdOf(known.sopInstanceUid as SopInstanceUid, typeof line.frame === 'number' ? line.frame : 1),
    patient_id: known.patientId,
  }));
}

/**
 * Decodes every frame once where a codec may hang, die or eat memory: in a worker that is given up after 30 s. The learning
 * worker, which holds the network, then meets only files that can be decoded. Resolves with the file's fault, if it has one.
 */
async function decodeOnTrial(pool: ImagingPool, address: string, signal: AbortSignal): Promise<AppError | undefined> {
  try {
    const { error } = await pool.run('inspectFile', { path: address, pixels: true }, { signal });
    return error && new AppError(errorCodes.find((code) => code === error.code) ?? 'internal', error.message);
  } catch (thrown) {
    signal.throwIfAborted();
    return asAppError(thrown);
  }
}

const fatal: readonly ErrorCode[] = ['worker-died', 'out-of-memory', 'cancelled', 'internal', 'disk-full'];

/** The model has been found good before: what fails now is the image's fault, but for these. */
function lineOrThrow(file: string, thrown: unknown): OutputLine {
  if (fatal.includes(asAppError(thrown).code)) throw thrown;
  return badFile('file', file, thrown);
}
