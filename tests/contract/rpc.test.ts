import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { command, event, type Handlers, query } from '../../main/contract/define.ts';
import { connect, type RpcClient, type RpcServer, serve } from '../../main/contract/transport/rpc.ts';
import { AppError } from '../../main/domain/errors.ts';
import { type Pair, transports } from './channels.ts';

const methods = {
  add: query(z.object({ a: z.number(), b: z.number().default(1) }), z.object({ sum: z.number() })),
  echo: query(z.object({ value: z.unknown() }), z.object({ value: z.unknown() })),
  fail: command(z.object({ kind: z.enum(['expected', 'bug']) }), z.object({})),
  wait: query(z.object({}), z.object({})),
};
const events = { happened: event(z.object({ n: z.number(), data: z.instanceof(Float32Array) })) };
type Methods = typeof methods;
type Events = typeof events;

describe.each(transports)('typed calls over %s', (_name, makePair) => {
  let pair: Pair;
  let server: RpcServer<Events>;
  let remote: RpcClient<Methods, Events>;
  const bugs: string[] = [];
  const aborted: string[] = [];
  const handlers: Handlers<Methods> = {
    add: ({ a, b }) => ({ sum: a + b }),
    echo: ({ value }) => ({ value }),
    fail: ({ kind }) => {
      if (kind === 'expected') throw new AppError('stale-revision', 'somebody was quicker');
      throw new TypeError('a bug');
    },
    wait: (_input, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push('wait');
          reject(new AppError('cancelled', 'stopped waiting'));
        });
      }),
  };

  beforeEach(async () => {
    bugs.length = 0;
    aborted.length = 0;
    pair = await makePair();
    server = serve<Methods, Events>(pair.far, methods, handlers, {
      connectionId: 'test',
      onBug: (method) => bugs.push(method),
    });
    remote = connect<Methods, Events>(pair.near);
  });
  afterEach(() => pair.dispose());

  test('answers, fills defaults, and keeps many calls apart', async () => {
    const sums = await Promise.all(Array.from({ length: 200 }, (_, a) => remote.client.add({ a })));
    expect(sums.map(({ sum }) => sum)).toEqual(Array.from({ length: 200 }, (_, a) => a + 1));
  });

  test('an expected failure keeps its code and sentence; a bug is reported to the host', async () => {
    await expect(remote.client.fail({ kind: 'expected' })).rejects.toMatchObject({
      code: 'stale-revision',
      message: 'somebody was quicker',
    });
    await expect(remote.client.fail({ kind: 'bug' })).rejects.toMatchObject({ code: 'internal' });
    expect(bugs).toEqual(['fail']);
  });

  test('input is parsed on the serving side', async () => {
    await expect(remote.client.add({ a: 'one' as never })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(
      (remote.client as never as Record<string, (i: unknown) => Promise<unknown>>).nothing?.({}),
    ).rejects.toMatchObject({ code: 'invalid-input' });
    for (const method of ['__proto__', 'constructor', 'toString'])
      await expect(
        (remote.client as never as Record<string, (i: unknown) => Promise<unknown>>)[method]?.({}),
      ).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('a client can be awaited without being called', async () => {
    const client = await Promise.resolve(remote.client);
    expect(await client.add({ a: 1, b: 2 })).toEqual({ sum: 3 });
  });

  test.each([
    new Uint8Array([0, 1, 255]),
    new Int8Array([-128, 127]),
    new Uint16Array([0, 65535]),
    new Int16Array([-32768, 32767]),
    new Uint32Array([0, 4294967295]),
    new Int32Array([-2147483648, 2147483647]),
    new Float32Array([0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY]),
    new Float64Array([Math.PI, Number.NEGATIVE_INFINITY]),
    new Uint8Array(0),
  ])('%o arrives as it was', async (array) => {
    const { value } = await remote.client.echo({ value: { deep: [{ array }], beside: 'text' } });
    const received = (value as { deep: [{ array: typeof array }] }).deep[0].array;
    expect(received.constructor).toBe(array.constructor);
    expect(Array.from(received)).toEqual(Array.from(array));
  });

  test('a view sends its own part only, a Buffer its bytes, and both are unshared', async () => {
    const source = new Uint16Array([1, 2, 3, 4]);
    const { value } = await remote.client.echo({
      value: { view: source.subarray(1, 3), bytes: Buffer.from('abc'), odd: new Uint8Array([1]) },
    });
    const { view, bytes } = value as { view: Uint16Array; bytes: Uint8Array };
    expect(Array.from(view)).toEqual([2, 3]);
    expect(Buffer.from(bytes).toString()).toBe('abc');
    source[1] = 99;
    expect(view[0]).toBe(2);
  });

  test('a whole frame arrives', async () => {
    const frame = new Int16Array(512 * 512).map((_, index) => index % 4096);
    const { value } = await remote.client.echo({ value: frame });
    expect(value).toEqual(frame);
  });

  test('events reach their listeners until they stop listening', async () => {
    const seen: number[] = [];
    const stop = remote.on('happened', ({ n, data }) => seen.push(n + (data[0] ?? 0)));
    server.emit('happened', { n: 1, data: new Float32Array([0.5]) });
    await remote.client.add({ a: 1 });
    stop();
    server.emit('happened', { n: 2, data: new Float32Array([0.5]) });
    await remote.client.add({ a: 1 });
    expect(seen).toEqual([1.5]);
  });

  test('a cancelled call is aborted at the other side', async () => {
    const controller = new AbortController();
    const call = remote.client.wait({}, controller.signal);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(aborted).toEqual(['wait']);
    await expect(remote.client.wait({}, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(aborted).toEqual(['wait']);
  });

  test('when the channel closes pending calls reject, later ones too, and handlers are aborted', async () => {
    const call = remote.client.wait({});
    await remote.client.add({ a: 1 });
    const rejected = expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await pair.cut();
    await rejected;
    await expect(remote.client.add({ a: 1 })).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => aborted).toEqual(['wait']);
  });

  test('hostile messages leave the server answering', async () => {
    const hostile: unknown[] = [
      null,
      7,
      'call',
      [],
      {},
      { type: 'call' },
      { type: 'call', id: 'x', method: 5, input: null },
      { type: 'call', id: 1, method: '__proto__', input: {} },
      { type: 'cancel', id: 99 },
      { type: 'result', id: 99, output: {} },
      { type: 'failure', id: 99, code: 'nonsense', message: 1 },
      { type: 'event', name: 'nothing', payload: null },
      JSON.parse('{"type":"call","id":5,"method":"add","input":{"__proto__":{"a":1},"a":1}}'),
      { type: 'call', id: 6, method: 'echo', input: { value: deep(400) } },
    ];
    for (const message of hostile) pair.near.send(message);
    expect(await remote.client.add({ a: 2, b: 3 })).toEqual({ sum: 5 });
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
