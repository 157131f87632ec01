import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { ImportPages } from './pages/importPages.ts';
import { ReadPage } from './pages/readPage.ts';
import { StartPage } from './pages/startPage.ts';
import { WorklistPage } from './pages/worklistPage.ts';
import { rawRequest } from './support/rawRequest.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();
const upgrade = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

test('a walk through the pages asks nothing but the own program', async () => {
  const asked: string[] = [];
  bench.page.on('request', (request) => asked.push(request.url()));
  bench.page.on('websocket', (socket) => asked.push(socket.url()));
  await bench.page.reload();
  await new StartPage(bench.page).makePracticeSet(4);
  const read = new ReadPage(bench.page);
  const worklist = new WorklistPage(bench.page);
  await worklist.read(worklist.series.first());
  await read.isShown();
  for (const title of ['Settings', 'Read', 'Worklist'] as const) await bench.frame.goTo(title);
  const { host } = new URL(bench.program.url);
  const hosts = new Set(asked.filter((url) => !/^(blob|data):/.test(url)).map((url) => new URL(url).host));
  expect([...hosts]).toEqual([host]);
});

test('a machine that loses its network answers and saves as before', async () => {
  const { page } = bench;
  const worklist = new WorklistPage(page);
  const read = new ReadPage(page);
  const importing = new ImportPages(page);
  await bench.frame.readAs('AB');
  // What the browser tells every page when the cable is pulled.
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await worklist.read(worklist.series.first());
  await read.isShown();
  await read.tab('Questions').click();
  await read.answerByKey('nodule-series', '2');
  await importing.openChooser(path.dirname(bench.folder));
  await expect(
    importing.chooser.getByRole('checkbox', { name: `Choose ${path.basename(bench.folder)}` }),
  ).toBeVisible();
  await importing.chooser.getByRole('button', { name: 'Cancel' }).click();
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
});

test('no process of the program listens on or talks to anything but loopback', () => {
  test.skip(process.platform !== 'linux', 'connections of a process are read from /proc, which only Linux has');
  expect(foreignConnections(bench.program.pid)).toEqual([]);
});

test('the page forbids itself everything foreign', async () => {
  const answer = await bench.page.goto(await bench.program.newLink());
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|\*/);
  await bench.frame.isReady();
});

test('requests without token, of foreign hosts or pages, or outside the program are refused', async () => {
  const { host, port } = new URL(bench.program.url);
  const send = (where: string, headers: Readonly<Record<string, string>>): Promise<number> =>
    rawRequest(Number(port), where, headers);
  expect(await send('/', { Host: host })).toBe(401);
  expect(await send('/?token=wrong', { Host: host })).toBe(403);
  expect(await send('/rpc', { Host: host, Origin: `http://${host}`, ...upgrade })).toBe(401);
  expect(await send('/rpc', { Host: host, ...upgrade, Authorization: 'Bearer wrong' })).toBe(401);
  expect(await send('/rpc', { Host: host, Origin: 'http://evil.example', ...upgrade })).toBe(403);
  expect(await send('/', { Host: 'evil.example' })).toBe(403);
  expect(await send('/', { Host: `evil.example:${port}` })).toBe(403);
  expect(await send('/', { Host: host, Origin: 'http://evil.example' })).toBe(403);
  for (const where of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2f..%2fetc/passwd',
    '//etc/passwd',
    '/assets/../../package.json',
  ])
    expect([400, 401, 403, 404]).toContain(await send(where, { Host: host }));
});

test('a path outside the page is refused to a signed-in page, too', async () => {
  const { host, port } = new URL(bench.program.url);
  const cookies = (await bench.page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const send = (where: string): Promise<number> => rawRequest(Number(port), where, { Host: host, Cookie: cookies });
  expect(await send('/')).toBe(200);
  for (const where of [
    '/../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%5c..%5cpackage.json',
    '/%00',
    '/etc/passwd',
  ])
    expect([400, 403, 404]).toContain(await send(where));
});

/** Remote ends and listening places beyond 127.0.0.1 and ::1 of a process's TCP sockets, from /proc. */
function foreignConnections(pid: number): readonly string[] {
  const own = new Set(socketInodes(pid));
  const rows = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1),
  );
  return rows.flatMap((row) => {
    const [, local = '', remote = '', state, , , , , , inode = ''] = row.trim().split(/\s+/);
    if (!own.has(inode)) return [];
    const end = state === '0A' ? local : remote;
    return isLoopback(end.split(':')[0] ?? '') ? [] : [end];
  });
}

/** As the kernel writes them: hexadecimal, 32-bit words in host order. */
const isLoopback = (address: string): boolean =>
  address === '0100007F' ||
  address === '00000000000000000000000001000000' ||
  address === '0000000000000000FFFF00000100007F';

function socketInodes(pid: number): readonly string[] {
  const folder = path.join('/proc', String(pid), 'fd');
  return readdirSync(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(path.join(folder, name)))?.[1] ?? [];
    } catch (error) {
      // A descriptor that was closed meanwhile is no connection.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  });
}
