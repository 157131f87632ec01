import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { connectTasks } from '../../../main/contract/transport/tasks.ts';
import { workerEnvironment } from '../../../main/contract/transport/workerEnvironment.ts';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import type { Sleeper } from './programs/sleeper.ts';

const program = (name: string): string => path.join(import.meta.dirname, 'programs', name);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a worker gets its memory limit and a clean environment', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'x';
  const worker = nodeSpawner(
    () => undefined,
    () => program('sleeper.ts'),
  )('imaging', { maxOldSpaceMb: 128, threads: 1 });
  const { env, heapMb } = await connectTasks<Sleeper>(worker.channel).run('facts', null);
  delete process.env.AWS_SECRET_ACCESS_KEY;
  expect(env).toContain('PATH');
  expect(env).toContain('OMP_NUM_THREADS');
  expect(env).not.toContain('AWS_SECRET_ACCESS_KEY');
  expect(heapMb).toBeLessThan(400);
  worker.kill();
  await new Promise<void>((resolve) => worker.onExit(resolve));
  let late = 0;
  worker.onExit(() => late++);
  expect(late).toBe(1);
});

test('only named variables are passed on', () => {
  expect(workerEnvironment({ PATH: '/bin', NODE_OPTIONS: '--inspect', HTTPS_PROXY: 'x', LC_ALL: 'C' })).toEqual({
    PATH: '/bin',
    LC_ALL: 'C',
  });
});

test('killing a worker rejects its task with worker-died', async () => {
  const lines: object[] = [];
  const worker = nodeSpawner(
    (line) => lines.push(line),
    () => program('sleeper.ts'),
  )('learning');
  const runner = connectTasks<Sleeper>(worker.channel);
  await runner.run('facts', null);
  const task = runner.run('work', { checkpoint: '/nowhere' });
  worker.kill();
  await expect(task).rejects.toMatchObject({ code: 'worker-died' });
  await expect.poll(() => lines).toContainEqual(expect.objectContaining({ event: 'worker-ended', signal: 'SIGKILL' }));
});

test('a worker whose program is missing ends instead of hanging', async () => {
  const worker = nodeSpawner(
    () => undefined,
    () => program('missing.ts'),
  )('learning');
  await expect(connectTasks<Sleeper>(worker.channel).run('facts', null)).rejects.toMatchObject({ code: 'worker-died' });
});

/** The worker of a core in another process. */
async function startCore(options: {
  detached: boolean;
}): Promise<{ core: ChildProcess; pid: number; checkpoint: string }> {
  const checkpoint = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'groundglass-')), 'checkpoint');
  const args = [program('parent.ts'), checkpoint];
  const core = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  const [said] = await once(core.stdout, 'data');
  return { core, pid: Number(said), checkpoint };
}

test('kill -9 of the core leaves no worker behind, and the worker finishes its checkpoint', async () => {
  const { core, pid, checkpoint } = await startCore({ detached: false });
  expect(isAlive(pid)).toBe(true);
  core.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  expect(fs.readFileSync(checkpoint, 'utf8')).toBe('stopped');
});

test('Ctrl-C in the terminal does not take the worker away before its checkpoint', async () => {
  const { core, pid, checkpoint } = await startCore({ detached: true });
  process.kill(-Number(core.pid), 'SIGINT'); // the whole group, as a terminal does
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  expect(fs.readFileSync(checkpoint, 'utf8')).toBe('stopped');
});
