import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { processChannel } from '../../../main/contract/transport/processChannel.ts';
import { connectTasks, type TaskRunner } from '../../../main/contract/transport/tasks.ts';
import type { LearningTasks } from '../../../main/learning/tasks.ts';
import { discSnapshot, newFolder, runInput, smallConfig } from './smallRun.ts';

const entry = path.resolve(import.meta.dirname, '../../../main/learning/worker.ts');
const children: ChildProcess[] = [];

function startWorker(): { child: ChildProcess; tasks: TaskRunner<LearningTasks>; exited: Promise<void> } {
  const child = fork(entry, { serialization: 'advanced' });
  children.push(child);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { child, tasks: connectTasks<LearningTasks>(processChannel(child)), exited };
}

let root: string;
let snapshot: string;
let expected: Buffer;
/** 28 steps an epoch. */
const config = smallConfig({ batchSize: 1 });
const everyStep = { checkpointSeconds: 0 };
const modelOf = (name: string) => readFileSync(path.join(root, `${name}-model`, 'model.onnx'));

beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 40);
  const { tasks, child, exited } = startWorker();
  await tasks.run('train', runInput(root, 'whole', snapshot, config));
  expected = modelOf('whole');
  child.disconnect();
  await exited;
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('learning worker', () => {
  it('killed in the middle of an epoch, goes on to the same bytes as without', async () => {
    const first = startWorker();
    const lastSaved = () =>
      /"epoch":(\d+),"step":(\d+)/.exec(readFileSync(path.join(root, 'killed', 'last.checkpoint'), 'latin1'));
    const killWithinEpoch = (): void => {
      const [, epoch, step] = lastSaved() ?? [];
      if (Number(epoch) === 2 && Number(step) > 0) first.child.kill('SIGKILL');
      else setTimeout(killWithinEpoch, 2);
    };
    const killed = first.tasks.run(
      'train',
      { ...runInput(root, 'killed', snapshot, config), ...everyStep },
      {
        onProgress: (p) => {
          if (p.kind === 'epoch' && p.row.epoch === 1) killWithinEpoch();
        },
      },
    );
    await expect(killed).rejects.toMatchObject({ code: 'worker-died' });
    expect(existsSync(path.join(root, 'killed-model'))).toBe(false);
    const saved = lastSaved();
    expect(Number(saved?.[1])).toBe(2);
    expect(Number(saved?.[2])).toBeGreaterThan(0);
    const second = startWorker();
    const resumed = await second.tasks.run('train', { ...runInput(root, 'killed', snapshot), ...everyStep });
    expect(resumed.status).toBe('finished');
    expect(resumed.epochs).toHaveLength(3);
    expect(modelOf('killed').equals(expected)).toBe(true);
  });

  it('writes a checkpoint and ends when its parent is gone', async () => {
    const { child, tasks, exited } = startWorker();
    const run = tasks.run('train', runInput(root, 'orphan', snapshot, smallConfig({ epochs: 500, patience: 500 })), {
      onProgress: (p) => {
        if (p.kind === 'epoch' && p.row.epoch === 2 && child.connected) child.disconnect();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'worker-died' });
    await exited;
    expect(existsSync(path.join(root, 'orphan', 'last.checkpoint'))).toBe(true);
    expect(existsSync(path.join(root, 'orphan', 'lock'))).toBe(false);
  });

  it('pauses a run when another call asks for it', async () => {
    const { tasks } = startWorker();
    const input = runInput(root, 'paused', snapshot, smallConfig({ epochs: 500, patience: 500 }));
    let asked: Promise<{ isRunning: boolean }> | undefined;
    const outcome = await tasks.run('train', input, {
      onProgress: () => {
        asked ??= tasks.run('controlRun', { runDirectory: input.runDirectory, action: 'pause' });
      },
    });
    expect(outcome.status).toBe('paused');
    expect(await asked).toEqual({ isRunning: true });
    expect(await tasks.run('controlRun', { runDirectory: input.runDirectory, action: 'stop' })).toEqual({
      isRunning: false,
    });
  });

  it('lets one process write a run, and says so to the second', async () => {
    const first = startWorker();
    const input = runInput(root, 'shared', snapshot, smallConfig({ epochs: 5000, patience: 5000 }));
    const running = first.tasks.run('train', input);
    const second = startWorker();
    while (!existsSync(path.join(root, 'shared', 'run.json'))) await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(second.tasks.run('train', { ...input, resume: true })).rejects.toMatchObject({ code: 'run-active' });
    await first.tasks.run('controlRun', { runDirectory: input.runDirectory, action: 'pause' });
    expect((await running).status).toBe('paused');
  }, 30_000);

  it('measures what a training will take', async () => {
    const { tasks } = startWorker();
    const estimate = await tasks.run('measureTraining', { snapshotDirectory: snapshot, config: smallConfig() });
    expect(estimate.parameters).toBeGreaterThan(90_000);
    expect(estimate.secondsPerEpoch).toBeGreaterThan(0);
    expect(estimate.totalSeconds).toBeCloseTo(3 * estimate.secondsPerEpoch, 6);
    expect(estimate.memoryMb).toBeGreaterThan(0);
  });
});
