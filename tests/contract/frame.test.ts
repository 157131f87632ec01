import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { decode, encode } from '../../main/contract/transport/frame.ts';
import { socketChannel } from '../../main/contract/transport/socketChannel.ts';
import { AppError } from '../../main/domain/errors.ts';

const isRefusal = (error: unknown): boolean => error instanceof AppError || error instanceof RangeError;

test('a frame decodes to what was encoded, from a Buffer at an odd offset, too', () => {
  const message = { a: [new Float64Array([1.5]), { b: new Uint16Array([7, 8]) }], text: 'é', nothing: null };
  const wire = encode(message);
  expect(decode(wire)).toEqual(message);
  const shifted = Buffer.concat([Buffer.from([0]), wire]).subarray(1);
  expect(decode(shifted)).toEqual(message);
});

test('arrays without a wire kind are refused, not altered', () => {
  for (const value of [new BigInt64Array(1), new DataView(new ArrayBuffer(2)), new Uint8ClampedArray(2)])
    expect(() => encode({ value })).toThrow(TypeError);
});

test('bytes that nobody encoded are refused with a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decode(bytes);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }),
  );
});

test('altered frames never crash the decoder', () => {
  const good = encode({ values: [new Float32Array(9), new Uint8Array(3)], name: 'frame' });
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const wire = good.slice();
      wire[at] = byte;
      try {
        decode(wire);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

test('array headers that lie are refused', () => {
  const lie = (header: unknown): Uint8Array => {
    const json = new TextEncoder().encode(JSON.stringify(header));
    const wire = new Uint8Array(4 + json.length + 8);
    new DataView(wire.buffer).setUint32(0, json.length);
    wire.set(json, 4);
    return wire;
  };
  for (const array of [['f32', 400], ['f32', 3], ['f32', -4], ['f32', 1e99], ['constructor', 4], ['u8', null, 1], []])
    if (array[1] !== null) expect(() => decode(lie({ $array: array }))).toThrow(AppError);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  const parsed = decode(lie(JSON.parse('{"__proto__":{"polluted":1}}')));
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
});

test.each([
  ['text', 'hello'],
  ['short', Buffer.from([1])],
  ['long header', Buffer.from([255, 255, 255, 255, 1])],
  ['not JSON', Buffer.from([0, 0, 0, 1, 123])],
  ['a million levels', Buffer.from(encodeText('['.repeat(1e6)))],
])('a socket is closed on a %s frame and the server lives', async (_name, hostile) => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => socketChannel(socket as never));
  await once(server, 'listening');
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(socket, 'open');
  socket.send(hostile);
  const [code] = await once(socket, 'close');
  expect(code).toBe(4002);
  server.close();
});

function encodeText(text: string): Uint8Array {
  const out = Buffer.alloc(4 + text.length);
  out.writeUInt32BE(text.length);
  out.write(text, 4);
  return out;
}
