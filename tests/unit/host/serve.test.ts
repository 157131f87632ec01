import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const cli = path.join(root, 'main/host/cli/cli.ts');
const servers: ChildProcess[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
});

const newWorkspace = (): string => path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'groundglass-')), 'workspace');

/** Starts the browser host and waits for its link. */
async function serve(
  workspace: string,
  ...more: string[]
): Promise<{ server: ChildProcess; url: string; pid: number }> {
  const server = spawn(process.execPath, [cli, 'serve', '--json', '--workspace', workspace, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(server);
  for await (const line of createInterface(server.stdout)) {
    const said = JSON.parse(line) as { url?: string; pid: number };
    if (said.url) return { server, url: said.url, pid: said.pid };
  }
  throw new Error('the browser host ended without a link');
}

/** This process goes on meanwhile: it must notice when the host closes a connection that it no longer uses. */
async function run(workspace: string, ...args: string[]) {
  const child = spawn(process.execPath, [cli, ...args, '--json', '--workspace', workspace], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let last = '';
  for await (const line of createInterface(child.stdout)) last = line;
  const [status] = await ended;
  return { status, last: JSON.parse(last) as Record<string, unknown> };
}

test('the browser host serves its page, lets commands attach, and Ctrl-C releases the workspace', async () => {
  const workspace = newWorkspace();
  const { server, url } = await serve(workspace);
  const entry = await fetch(url, { redirect: 'manual' });
  const cookie = (entry.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const page = await fetch(new URL('/', url), { headers: { cookie } });
  expect(await page.text()).toContain('Groundglass');

  const attached = await run(workspace, 'doctor');
  expect(attached.last).toMatchObject({ workspace });
  expect(fs.statSync(path.join(workspace, 'lock.json')).mode & 0o077).toBe(0);

  const second = await run(workspace, 'serve');
  expect(second).toMatchObject({ status: 0, last: { running: true, pid: server.pid } });
  expect((await fetch(String(second.last.url), { redirect: 'manual' })).status).toBe(303);

  server.kill('SIGINT');
  expect((await once(server, 'exit'))[0]).toBe(0);
  expect(fs.existsSync(path.join(workspace, 'lock.json'))).toBe(false);
});

test('after kill -9 the workspace opens again', async () => {
  const workspace = newWorkspace();
  const { server } = await serve(workspace);
  server.kill('SIGKILL');
  await once(server, 'exit');
  expect((await run(workspace, 'doctor')).last).toMatchObject({ workspace });
});

test('a port that is taken is a plain error', async () => {
  const { url } = await serve(newWorkspace());
  const { status, last } = await run(newWorkspace(), 'serve', '--port', new URL(url).port);
  expect(status).toBe(1);
  expect(last).toMatchObject({ error: { code: 'conflict' } });
});
