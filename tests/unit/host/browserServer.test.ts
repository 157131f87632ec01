import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { socketChannel } from '../../../main/contract/transport/socketChannel.ts';
import { type BrowserServer, startBrowserServer } from '../../../main/host/browser/browserServer.ts';
import { servedFolder } from '../../../main/host/browser/servedFolder.ts';
import { attachChannel, connectCore } from '../../../main/host/connection.ts';
import { fakeApp } from './fakeApp.ts';

const secretText = 'the secret outside';
let server: BrowserServer;
let cookie: string;
let host: string;

beforeAll(async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'groundglass-'));
  const root = path.join(folder, 'renderer');
  fs.mkdirSync(path.join(root, 'assets'), { recursive: true });
  fs.writeFileSync(path.join(root, 'index.html'), '<title>the page</title>');
  fs.writeFileSync(path.join(root, 'assets', 'main-1a2b.js'), 'export {};');
  fs.writeFileSync(path.join(root, 'notes.exe'), secretText);
  fs.writeFileSync(path.join(folder, 'secret.json'), secretText);
  fs.symlinkSync(path.join(folder, 'secret.json'), path.join(root, 'link.json'));
  fs.symlinkSync(folder, path.join(root, 'up'));
  server = await startBrowserServer({
    fileAt: servedFolder(root),
    onConnection: (channel, connectionId) => attachChannel(fakeApp('/one'), channel, { connectionId }),
  });
  host = `127.0.0.1:${server.port}`;
  const exchanged = await fetch(server.newLink(), { redirect: 'manual' });
  cookie = (exchanged.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
});
afterAll(() => server.close());

/** Sends bytes as they are and returns all that comes back before the server closes, or `quiet` ms pass. */
async function raw(bytes: string | Buffer, waitMs = 1500): Promise<string> {
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
  });
  socket.write(bytes);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, waitMs))]);
  socket.destroy();
  return text;
}

const get = (target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<string> => {
  const all = { Host: host, Cookie: cookie, Connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return raw(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
};

const upgrade = (headers: Record<string, string>): Record<string, string> => ({
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  ...headers,
});

const status = (answer: string): number | undefined => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]) || undefined;

test('the start link gives a session cookie once and leads to a clean address', async () => {
  const link = server.newLink();
  const first = await fetch(link, { redirect: 'manual' });
  expect(first.status).toBe(303);
  expect(first.headers.get('location')).toBe('/');
  expect(first.headers.get('set-cookie')).toMatch(/^groundglass-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const second = await fetch(link, { redirect: 'manual' });
  expect(second.status).toBe(403);
  expect(await second.text()).toContain('already used');
  const known = await fetch(link, { redirect: 'manual', headers: { cookie } });
  expect(known.status).toBe(303);
});

test('the page is served with its policy, and HEAD without a body', async () => {
  const page = await get('/');
  expect(status(page)).toBe(200);
  expect(page).toContain('the page');
  expect(page).toContain("Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'");
  expect(page).toContain('X-Content-Type-Options: nosniff');
  expect(page).not.toMatch(/access-control/i);
  expect(await get('/assets/main-1a2b.js')).toMatch(/immutable[\s\S]*export/);
  expect(await get('/', {}, 'HEAD')).not.toContain('the page');
});

const refused: [string, number | undefined, () => Promise<string>][] = [
  ['a foreign Host (DNS rebinding)', 403, () => get('/', { Host: 'evil.example' })],
  ['a Host with another port', 403, () => get('/', { Host: '127.0.0.1:1' })],
  ['no Host', 400, () => raw('GET / HTTP/1.1\r\n\r\n')],
  ['an absolute address as target', 400, () => get('http://evil.example/')],
  ['a foreign Origin', 403, () => get('/', { Origin: 'http://evil.example' })],
  ['Origin null', 403, () => get('/', { Origin: 'null' })],
  ['another local program as Origin', 403, () => get('/', { Origin: 'http://127.0.0.1:1' })],
  ['no session', 401, () => get('/', { Cookie: '' })],
  ['no session for a file', 401, () => get('/assets/main-1a2b.js', { Cookie: '' })],
  ['a stale session', 401, () => get('/', { Cookie: `groundglass-${server.port}=${'x'.repeat(43)}` })],
  ['a wrong start token', 403, () => get('/?token=abc', { Cookie: '' })],
  ['a form posted by another site', 405, () => get('/', { Origin: `http://${host}` }, 'POST')],
  [
    'a sub-resource wanted by another site',
    403,
    () => get('/', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }),
  ],
  ['..%2f', 404, () => get('/..%2fsecret.json')],
  ['../', 404, () => get('/../secret.json')],
  ['backslashes', 404, () => get('/..\\secret.json')],
  ['%00', 404, () => get('/index.html%00.js')],
  ['an absolute path', 404, () => get('//etc/passwd')],
  ['a UNC path', 404, () => get('/\\\\server\\share\\x.json')],
  ['a link out of the folder', 404, () => get('/link.json')],
  ['a linked folder', 404, () => get('/up/secret.json')],
  ['a kind of file the page does not have', 404, () => get('/notes.exe')],
  ['a prototype key', 404, () => get('/__proto__')],
  ['4 GB announced', 413, () => get('/', { 'Content-Length': '4294967296' })],
  [
    'a gzip bomb',
    405,
    async () => {
      const bomb = gzipSync(Buffer.alloc(1_000_000));
      const head = `POST / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\nConnection: close\r\n\r\n`;
      return raw(Buffer.concat([Buffer.from(head), bomb]));
    },
  ],
  ['a chunked body', 413, () => get('/', { 'Transfer-Encoding': 'chunked' })],
  [
    'two lengths (request smuggling)',
    undefined,
    () => raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nContent-Length: 9\r\n\r\n`),
  ],
  ['a split header', 404, () => get('/%0d%0aSet-Cookie:%20a=b')],
  [
    'a bare line feed in a header',
    undefined,
    () => raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nX: a\nSet-Cookie: b\r\n\r\n`),
  ],
  ['a header of 100 kB', undefined, () => get('/', { 'X-Long': 'x'.repeat(100_000) })],
  ['another method', 405, () => get('/', {}, 'DELETE')],
  ['CONNECT', undefined, () => raw(`CONNECT evil.example:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`)],
  ['a socket of another site', 403, () => get('/rpc', upgrade({ Origin: 'http://evil.example' }))],
  ['a socket without a session', 401, () => get('/rpc', upgrade({ Origin: `http://${host}`, Cookie: '' }))],
  ['a socket without Origin and attach token', 401, () => get('/rpc', upgrade({}))],
  ['a socket with a wrong attach token', 401, () => get('/rpc', upgrade({ Authorization: 'Bearer x' }))],
  [
    'a socket at a foreign Host',
    403,
    () => get('/rpc', upgrade({ Host: 'evil.example', Origin: 'http://evil.example' })),
  ],
  ['a socket at another path', 404, () => get('/other', upgrade({ Origin: `http://${host}` }))],
  ['a new start link without the attach token', 404, () => get('/new-link')],
];

test.each(refused)('refused: %s', async (_name, expected, send) => {
  const answer = await send();
  if (expected !== undefined) expect(status(answer)).toBe(expected);
  else expect(status(answer) === undefined || Number(status(answer)) >= 400).toBe(true);
  expect(answer).not.toContain(secretText);
  expect(answer).not.toMatch(/\r\nSet-Cookie/i);
  expect(status(await get('/'))).toBe(200); // alive
});

test('a request that never ends is cut off', async () => {
  const started = performance.now();
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n`);
  const drip = setInterval(() => socket.write('X-a: b\r\n'), 500);
  await once(socket, 'close');
  clearInterval(drip);
  expect(performance.now() - started).toBeLessThan(12_000);
  expect(status(await get('/'))).toBe(200);
});

test('the page talks over its session, a command over the attach token', async () => {
  const page = new WebSocket(`ws://${host}/rpc`, { headers: { cookie }, origin: `http://${host}` });
  await once(page, 'open');
  const bearer = { authorization: `Bearer ${server.attach.token}` };
  const command = new WebSocket(`${server.attach.url}/rpc`, { headers: bearer });
  await once(command, 'open');
  for (const socket of [page, command]) {
    const core = connectCore(socketChannel(socket as never));
    expect(await core.client['settings.get']({ key: 'k' })).toEqual({ value: 'k in /one' });
  }
  page.send('text');
  expect((await once(page, 'close'))[0]).toBe(4002);
  command.terminate();
});

test('a holder of the attach token gets a new start link', async () => {
  const answer = await fetch(`http://${host}/new-link`, {
    headers: { authorization: `Bearer ${server.attach.token}` },
  });
  const { url } = (await answer.json()) as { url: string };
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
});
