import type { FrameImage, InstanceFacts } from '../../domain/imageTypes.ts';
import type { ImagingPool } from '../../imaging/pool.ts';

const maxBytes = 256 * 2 ** 20;

/** Decoded frames used lately: going back to a slice, a second viewport or a reconnect costs no second decode. */
export class FrameCache {
  private readonly frames = new Map<string, FrameImage>();
  private readonly imaging: ImagingPool;
  private bytes = 0;

  constructor(imaging: ImagingPool) {
    this.imaging = imaging;
  }

  async get({ address, fileSha256 }: InstanceFacts, frameNumber: number, signal?: AbortSignal): Promise<FrameImage> {
    // The content, too: it may have been changed on purpose, and accepted.
    const key = `${frameNumber}@${fileSha256}@${address}`;
    const known = this.frames.get(key);
    if (known) {
      this.frames.delete(key);
      this.frames.set(key, known); // newest last
      return known;
    }
    const frame = await this.imaging.run('loadFrame', { address, frameNumber }, signal ? { signal } : {});
    this.keep(key, frame);
    return frame;
  }

  private keep(key: string, frame: FrameImage): void {
    if (this.frames.has(key)) return;
    this.frames.set(key, frame);
    this.bytes += frame.pixels.byteLength;
    for (const [oldest, { pixels }] of this.frames) {
      if (this.bytes <= maxBytes) return;
      this.frames.delete(oldest);
      this.bytes -= pixels.byteLength;
    }
  }
}
