import type { DisplayImage } from './displayImage.ts';

type Load = (imageId: string, signal: AbortSignal) => Promise<DisplayImage>;

/** Where a viewport gets its images from. */
export interface ImageSource {
  peek(imageId: string): DisplayImage | undefined;
  get(imageId: string): Promise<DisplayImage>;
  /** Replaces what `viewport` wants loaded ahead, most wanted first; an empty list withdraws it. */
  prefetch(viewport: object, imageIds: readonly string[]): void;
}

/**
 * Frames from the core: each loaded once, the least recently used dropped when the memory limit is reached. What a
 * viewport shows now is loaded at once; what it may show next (`prefetch`) fills the idle lanes, nearest first.
 */
export class FrameSource implements ImageSource {
  private readonly load: Load;
  private readonly limitBytes: number;
  private readonly lanes: number;
  /** In order of use, latest last. */
  private readonly loaded = new Map<string, DisplayImage>();
  private readonly loading = new Map<string, Promise<DisplayImage>>();
  private readonly wishes = new Map<object, readonly string[]>();
  private readonly listeners = new Set<() => void>();
  /** Not loaded ahead again; `get` still tries, and tells. */
  private readonly failed = new Set<string>();
  private usedBytes = 0;

  constructor(load: Load, limitBytes: number, lanes = 4) {
    this.load = load;
    this.limitBytes = limitBytes;
    this.lanes = lanes;
  }

  /** The frame if it is in memory. */
  peek(imageId: string): DisplayImage | undefined {
    return this.loaded.get(imageId);
  }

  get(imageId: string): Promise<DisplayImage> {
    const image = this.loaded.get(imageId);
    if (image) {
      this.loaded.delete(imageId);
      this.loaded.set(imageId, image);
      return Promise.resolve(image);
    }
    return this.loading.get(imageId) ?? this.start(imageId);
  }

  /** Replaces what `viewport` wants loaded ahead, most wanted first; an empty list withdraws it. */
  prefetch(viewport: object, imageIds: readonly string[]): void {
    if (imageIds.length === 0) this.wishes.delete(viewport);
    else this.wishes.set(viewport, imageIds);
    this.pump();
  }

  /** Told whenever a frame has come. */
  onLoaded(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private start(imageId: string): Promise<DisplayImage> {
    const promise = this.load(imageId, new AbortController().signal)
      .then(
        (image) => this.keep(image),
        (error: unknown) => {
          this.failed.add(imageId);
          throw error;
        },
      )
      .finally(() => {
        this.loading.delete(imageId);
        this.pump();
      });
    this.loading.set(imageId, promise);
    return promise;
  }

  private keep(image: DisplayImage): DisplayImage {
    this.failed.delete(image.imageId);
    this.loaded.set(image.imageId, image);
    this.usedBytes += image.pixels.byteLength;
    for (const [oldId, old] of this.loaded) {
      if (this.usedBytes <= this.limitBytes || oldId === image.imageId) break;
      this.loaded.delete(oldId);
      this.usedBytes -= old.pixels.byteLength;
    }
    for (const listener of [...this.listeners]) listener();
    return image;
  }

  private pump(): void {
    for (const imageIds of this.wishes.values()) {
      // Filling memory beyond the limit would only drop what was loaded a moment ago.
      if (this.usedBytes > this.limitBytes * 0.9) return;
      for (const imageId of imageIds) {
        if (this.loading.size >= this.lanes) return;
        if (this.loaded.has(imageId) || this.loading.has(imageId) || this.failed.has(imageId)) continue;
        this.start(imageId).catch(() => undefined); // remembered in `failed`
      }
    }
  }
}

/** Frame numbers around `index`, nearest first and those ahead before those behind. */
export function nearestFirst(index: number, count: number, reach: number): number[] {
  const order: number[] = [];
  for (let distance = 1; distance <= reach; distance++) {
    if (index + distance < count) order.push(index + distance);
    if (index - distance >= 0) order.push(index - distance);
  }
  return order;
}
