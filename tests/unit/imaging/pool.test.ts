import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import { createImagingPool, type ImagingPool } from '../../../main/imaging/pool.ts';
import { dicomFile, imageElements, int16Bytes } from './dicomBytes.ts';

let folder = '';
let image = '';
let pool: ImagingPool | undefined;
const transport = path.resolve(import.meta.dirname, '../../../main/contract/transport');

/** A worker program that misbehaves on the file named in the request. */
const unruly = `
import { serveTasks } from '${transport}/tasks.ts';
import { parentChannel } from '${transport}/worker.ts';
const channel = parentChannel(process);
let mb = 100;
serveTasks(channel, {
  loadFrame: async ({ address }) => {
    if (address === 'hang') for (;;) {}
    if (address === 'die') process.exit(3);
    if (address === 'trap') throw Object.assign(new Error('memory access out of bounds'));
    if (address === 'grow') mb += 600;
    return { value: process.pid, residentMb: mb };
  },
});
channel.onClose(() => process.exit(0));
`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'groundglass-pool-'));
  image = path.join(folder, 'image.dcm');
  await writeFile(image, dicomFile(imageElements(int16Bytes([1, 2, 3, 4, 5, 6]))));
  await writeFile(path.join(folder, 'unruly.ts'), unruly);
});
afterEach(() => pool?.close());
afterAll(() => rm(folder, { recursive: true }));

function unrulyPool(): ImagingPool {
  const spawnWorker = nodeSpawner(
    () => undefined,
    () => path.join(folder, 'unruly.ts'),
  );
  pool = createImagingPool({ spawnWorker, size: 1 });
  return pool;
}

const load = (address: string, timeoutMs = 20_000) =>
  pool?.run('loadFrame', { address, frameNumber: 1 }, { timeoutMs });

describe('imaging pool', () => {
  it('decodes and indexes in a worker, typed arrays intact', async () => {
    pool = createImagingPool({ spawnWorker: nodeSpawner(() => undefined), size: 1 });
    expect((await load(image))?.pixels).toEqual(Int16Array.of(1, 2, 3, 4, 5, 6));
    expect((await pool.run('indexFile', { address: image })).instance.rows).toBe(2);
    expect(await pool.run('inspectFile', { path: image, pixels: true })).toMatchObject({ px_max: 6, rows: 2 });
    await expect(load(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('kills a worker that hangs and goes on', async () => {
    unrulyPool();
    const before = await load('good');
    await expect(load('hang', 300)).rejects.toMatchObject({ code: 'time-limit' });
    expect(await load('good')).not.toBe(before);
  });

  it.each([
    ['dies', 'die', 'worker-died'],
    ['traps', 'trap', 'internal'],
  ])('replaces a worker that %s', async (_, address, code) => {
    unrulyPool();
    const before = await load('good');
    await expect(load(address)).rejects.toMatchObject({ code });
    expect(await load('good')).not.toBe(before);
  });

  it('replaces a worker that grew too much', async () => {
    unrulyPool();
    const before = await load('good');
    expect(await load('grow')).toBe(before);
    expect(await load('good')).not.toBe(before);
  });

  it('cancels what waits', async () => {
    unrulyPool();
    await load('good');
    const controller = new AbortController();
    const first = load('good');
    const second = pool?.run('loadFrame', { address: 'good', frameNumber: 1 }, { signal: controller.signal });
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    expect(await first).toBeTypeOf('number');
    const last = load('hang');
    pool?.close();
    await expect(last).rejects.toMatchObject({ code: 'cancelled' });
  });
});
