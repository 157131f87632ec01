import { describe, expect, it } from 'vitest';
import type { DisplayImage } from '../../../../renderer/viewer/displayImage.ts';
import { FrameSource, nearestFirst } from '../../../../renderer/viewer/frameSource.ts';

const image = (imageId: string): DisplayImage => ({ imageId, pixels: new Uint8Array(100) }) as unknown as DisplayImage;
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('FrameSource', () => {
  it('loads each frame once and drops the least recently used', async () => {
    const loads: string[] = [];
    const source = new FrameSource(async (id) => {
      loads.push(id);
      return image(id);
    }, 250);
    await Promise.all([source.get('a'), source.get('a')]);
    await source.get('b');
    await source.get('a');
    await source.get('c');
    expect(loads).toEqual(['a', 'b', 'c']);
    expect(['a', 'b', 'c'].map((id) => source.peek(id) !== undefined)).toEqual([true, false, true]);
  });

  it('prefetches in order, a few at a time, and lets what is asked for pass', async () => {
    const started: string[] = [];
    const finish = new Map<string, () => void>();
    const source = new FrameSource(
      (id) =>
        new Promise((resolve) => {
          started.push(id);
          finish.set(id, () => resolve(image(id)));
        }),
      1e6,
      2,
    );
    source.prefetch({}, ['a', 'b', 'c', 'd']);
    expect(started).toEqual(['a', 'b']);
    void source.get('z');
    expect(started).toEqual(['a', 'b', 'z']);
    for (const id of ['a', 'b', 'z']) finish.get(id)?.();
    await settle();
    expect(started).toEqual(['a', 'b', 'z', 'c', 'd']);
  });

  it('does not ask again and again for a frame that fails', async () => {
    let tries = 0;
    const source = new FrameSource(async () => {
      tries += 1;
      throw new Error('damaged');
    }, 1e6);
    source.prefetch({}, ['a']);
    await settle();
    expect(tries).toBe(1);
    await expect(source.get('a')).rejects.toThrow('damaged');
  });
});

describe('nearestFirst', () => {
  it('goes outwards, ahead before behind', () => {
    expect(nearestFirst(2, 6, 3)).toEqual([3, 1, 4, 0, 5]);
  });
});
