import type { StackDetail } from '../../../main/contract/images.ts';
import type { Affine } from '../../../main/domain/geometry.ts';
import type { Cut, CutPixels } from '../../../main/domain/volume/cut.ts';
import type { VolumeShape } from '../../../main/domain/volume/volume.ts';
import type { DisplayImage } from '../displayImage.ts';
import type { ImageSource } from '../frameSource.ts';
import type { CutRequest, MprAnswer, MprRequest, VoxelScale } from './mprMessages.ts';

const largestVoxels = 512 * 1024 * 1024;

/** Why a stack cannot be cut into other planes, in words; undefined where it can. */
export function whyNoMpr(stack: StackDetail | undefined): string | undefined {
  if (!stack) return 'no image is shown';
  if (stack.positions < 2) return 'a single slice';
  if (!stack.frames[0]?.position) return 'the header does not say where the slices lie';
  if (!stack.affine && !stack.evenGrid) return 'slices are missing or do not lie above each other';
  if (stack.rows * stack.columns * stack.positions > largestVoxels) return 'the volume is too large for the memory';
  return undefined;
}

/** Frames of one time of a stack, in order of position. */
export const framesAtTime = (stack: StackDetail, time: number): StackDetail['frames'] =>
  stack.frames.filter(({ timeIndex = 0 }) => timeIndex === time);

interface Waiting {
  readonly resolve: (pixels: CutPixels) => void;
  readonly reject: (error: Error) => void;
}

/** A volume in a worker of its own. */
export class MprVolume {
  readonly shape: VolumeShape;
  readonly scale: VoxelScale;
  /** Gives unit, windows and polarity. */
  readonly example: DisplayImage;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly outgoing: CutRequest[] = [];
  private lastId = 0;

  private constructor(worker: Worker, shape: VolumeShape, scale: VoxelScale, example: DisplayImage) {
    this.worker = worker;
    this.shape = shape;
    this.scale = scale;
    this.example = example;
    worker.addEventListener('message', ({ data }: MessageEvent<MprAnswer>) => this.settle(data));
  }

  /**
   * Loads the frames of one time and hands them to a new worker. `onProgress` gets the share that has come.
   * @throws Error where a frame cannot be shown or is a colour image; AbortError where `signal` asks for an end.
   */
  static async load(
    source: ImageSource,
    stack: StackDetail,
    time: number,
    { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal },
  ): Promise<MprVolume> {
    const frames = framesAtTime(stack, time);
    if (frames.length !== stack.positions) throw new Error('Not every position has an image at this time.');
    const shape = shapeOf(stack);
    const worker = new Worker(new URL('./mprWorker.ts', import.meta.url), { type: 'module' });
    const send = (message: MprRequest): void => worker.postMessage(message);
    try {
      const examples: DisplayImage[] = [];
      for (const [i, { imageId }] of frames.entries()) {
        for (const { imageId: ahead } of frames.slice(i + 1, i + 4)) void source.get(ahead).catch(() => undefined); // told when its turn comes
        const image = await source.get(imageId);
        signal.throwIfAborted();
        if (image.isColour) throw new Error('Colour images have no planes to compute.');
        if (examples.length === 0) examples.push(image);
        const { pixels, slope, intercept } = image;
        send({ kind: 'slice', slice: { pixels, slope, intercept } });
        onProgress((i + 1) / frames.length);
      }
      const [example] = examples;
      if (!example) throw new Error('There are no images at this time.');
      const assembled = assembledBy(worker);
      send({ kind: 'assemble', shape });
      return new MprVolume(worker, shape, await assembled, example);
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  /** Cuts asked for in one task go out, and come back, as one message: planes that meet are painted together. */
  cut(cut: Cut): Promise<CutPixels> {
    this.lastId += 1;
    const id = this.lastId;
    if (this.outgoing.length === 0) queueMicrotask(() => this.send());
    this.outgoing.push({ id, cut });
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private send(): void {
    const cuts = this.outgoing.splice(0);
    this.worker.postMessage({ kind: 'cuts', cuts } satisfies MprRequest);
  }

  destroy(): void {
    this.worker.terminate();
    for (const { reject } of this.waiting.values()) reject(new DOMException('The planes were closed.', 'AbortError'));
    this.waiting.clear();
  }

  private settle(answer: MprAnswer): void {
    if (answer.kind !== 'cuts') return; // told by `assembledBy`
    for (const cut of answer.cuts) {
      const waiting = this.waiting.get(cut.id);
      this.waiting.delete(cut.id);
      if ('pixels' in cut) waiting?.resolve(cut);
      else waiting?.reject(new Error(cut.message));
    }
  }
}

function assembledBy(worker: Worker): Promise<VoxelScale> {
  return new Promise((resolve, reject) => {
    const onMessage = ({ data }: MessageEvent<MprAnswer>): void => {
      worker.removeEventListener('message', onMessage);
      if (data.kind === 'assembled') resolve(data);
      else reject(new Error(data.kind === 'failed' ? data.message : 'a cut before there was a volume'));
    };
    worker.addEventListener('message', onMessage);
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'The worker could not start.')));
  });
}

/** Of slices at uneven distances: the even grid over them. */
function shapeOf({ columns, rows, positions, affine, evenGrid }: StackDetail): VolumeShape {
  if (affine) return { columns, rows, slices: positions, affine: affineOf(affine) };
  if (!evenGrid) throw new Error('a stack without an affine');
  const { slices, sliceAt } = evenGrid;
  return { columns, rows, slices, affine: affineOf(evenGrid.affine), sliceAt };
}

function affineOf(a: readonly number[]): Affine {
  const row = (i: number) => a.slice(4 * i, 4 * i + 4);
  return [row(0), row(1), row(2), row(3)] as unknown as Affine;
}
