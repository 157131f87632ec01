import type { Cut, CutPixels, Projection } from '../../../main/domain/volume/cut.ts';
import { type PlaneName, type PlaneSet, planeAt } from '../../../main/domain/volume/slicePlanes.ts';
import { loadPlane, registerVolume } from '../cornerstone/mprImageLoader.ts';
import { type DisplayImage, noFrameFacts } from '../displayImage.ts';
import type { ImageSource } from '../frameSource.ts';
import { parseMprImageId } from './mprImageId.ts';
import type { MprVolume } from './mprVolume.ts';

export interface Slab {
  readonly thicknessMm: number;
  readonly projection: Projection;
}

interface Task {
  readonly imageId: string;
  readonly promise: Promise<DisplayImage>;
  readonly start: () => void;
  readonly giveUp: () => void;
}

const mostCached = 90;
/** Blocks of so many pixels while something is dragged, and the ms a cut may take before they grow or shrink. */
const coarseSteps = { finest: 2, coarsest: 4, slowMs: 14, quickMs: 4 } as const;

/**
 * The planes of a volume for the viewports that show them. Each plane computes one image at a time; of those asked for
 * meanwhile only the latest is computed. While `coarseness` is above 1 images are quick and not kept.
 */
export class MprSource implements ImageSource {
  private readonly volume: MprVolume;
  private readonly frameOfReferenceUid: string;
  private readonly unregister: () => void;
  private readonly cached = new Map<string, DisplayImage>();
  private readonly running = new Map<string, Task>();
  private readonly next = new Map<string, Task>();
  private sets: Readonly<Record<PlaneName, PlaneSet>>;
  private slab: Slab = { thicknessMm: 0, projection: 'maximum' };
  private version = 0;
  coarseness = 1;
  /** For dragging: as fine as this machine computes without falling behind. */
  dragCoarseness: number = coarseSteps.finest;
  private dragMs = 0;

  constructor(
    volume: MprVolume,
    volumeId: string,
    frameOfReferenceUid: string,
    sets: Readonly<Record<PlaneName, PlaneSet>>,
  ) {
    this.volume = volume;
    this.frameOfReferenceUid = frameOfReferenceUid;
    this.sets = sets;
    this.unregister = registerVolume(volumeId, (imageId) => this.compute(imageId));
  }

  /** Other planes or another slab: nothing computed before holds. */
  change(sets: Readonly<Record<PlaneName, PlaneSet>>, slab: Slab): void {
    this.sets = sets;
    this.slab = slab;
    this.version += 1;
    this.cached.clear();
  }

  peek(imageId: string): DisplayImage | undefined {
    return this.cached.get(imageId);
  }

  get(imageId: string): Promise<DisplayImage> {
    const ready = this.cached.get(imageId);
    if (ready) return Promise.resolve(ready);
    const { plane } = parseMprImageId(imageId);
    const task = this.taskFor(imageId, plane);
    if (!this.running.has(plane)) this.begin(plane, task);
    else {
      this.next.get(plane)?.giveUp();
      this.next.set(plane, task);
    }
    return task.promise;
  }

  prefetch(): void {
    // Planes are computed when they are asked for.
  }

  /** When a plane has nothing more to compute at the moment; never fails. */
  async settled(plane: PlaneName): Promise<void> {
    const task = this.next.get(plane) ?? this.running.get(plane);
    await task?.promise.catch(() => undefined); // told where the image was asked for
  }

  destroy(): void {
    this.unregister();
    for (const task of this.next.values()) task.giveUp();
    this.volume.destroy();
  }

  private taskFor(imageId: string, plane: string): Task {
    const { promise, resolve, reject } = Promise.withResolvers<DisplayImage>();
    const start = (): void => {
      loadPlane(imageId)
        .then(resolve, reject)
        .finally(() => this.goOn(plane));
    };
    return {
      imageId,
      promise,
      start,
      giveUp: () => reject(new DOMException('A later plane is wanted.', 'AbortError')),
    };
  }

  private begin(plane: string, task: Task): void {
    this.running.set(plane, task);
    task.start();
  }

  private goOn(plane: string): void {
    this.running.delete(plane);
    const task = this.next.get(plane);
    this.next.delete(plane);
    if (task) this.begin(plane, task);
  }

  private async compute(imageId: string): Promise<DisplayImage> {
    const { plane, index } = parseMprImageId(imageId);
    const set = this.sets[plane];
    const { version, coarseness } = this;
    const startedMs = performance.now();
    const cut = await this.volume.cut(this.cutOf(set, index));
    if (coarseness > 1) this.adapt(performance.now() - startedMs);
    const image = this.display(`${imageId}#${version}.${coarseness}`, set, cut);
    if (coarseness === 1 && version === this.version) this.keep(imageId, image);
    return image;
  }

  private adapt(ms: number): void {
    const { finest, coarsest, slowMs, quickMs } = coarseSteps;
    this.dragMs += (ms - this.dragMs) / 4;
    const step = this.dragMs > slowMs ? 1 : this.dragMs < quickMs ? -1 : 0;
    const next = Math.min(coarsest, Math.max(finest, this.dragCoarseness + step));
    if (next === this.dragCoarseness) return;
    this.dragCoarseness = next;
    this.dragMs = (slowMs + quickMs) / 2;
  }

  private cutOf(set: PlaneSet, index: number): Cut {
    const { slab, coarseness, volume } = this;
    return {
      plane: planeAt(set, index, this.frameOfReferenceUid),
      ...slab,
      sampleMm: set.pixelMm * coarseness,
      coarseness,
      background: volume.scale.minimum,
    };
  }

  /** Cornerstone does not paint an id again that it has just painted, so other pixels have another one. */
  private display(imageId: string, set: PlaneSet, { pixels }: CutPixels): DisplayImage {
    const { example, scale } = this.volume;
    const { slope, intercept, minimum, maximum } = scale;
    const [low, high] = [minimum * slope + intercept, maximum * slope + intercept];
    return {
      ...example,
      ...noFrameFacts,
      isLossy: example.isLossy,
      imageId,
      rows: set.rows,
      columns: set.columns,
      pixels,
      minimum,
      maximum,
      slope,
      intercept,
      fullRange: { center: (low + high) / 2, width: Math.max(1e-6, high - low) },
    };
  }

  private keep(imageId: string, image: DisplayImage): void {
    this.cached.set(imageId, image);
    for (const oldest of this.cached.keys()) {
      if (this.cached.size <= mostCached) break;
      this.cached.delete(oldest);
    }
  }
}
