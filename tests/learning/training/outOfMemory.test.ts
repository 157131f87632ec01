import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTasks } from '../../../main/contract/transport/tasks.ts';
import type { WorkerHandle } from '../../../main/contract/transport/worker.ts';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import type { LearningTasks } from '../../../main/learning/tasks.ts';
import { discSnapshot, newFolder, runInput, smallConfig } from './smallRun.ts';

// Memory is taken away for real: Linux lets the limit of a running process be lowered from outside.
const canLimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;
const spawnWorker = nodeSpawner(() => undefined);

function start() {
  const worker = spawnWorker('learning');
  return { worker, tasks: connectTasks<LearningTasks>(worker.channel, worker.causeOfEnd) };
}

/**
 * Leaves the process `spareMb` of address space beyond what it has. Below zero it can map no more at all; a network whose
 * weights take more than 32 MB cannot be written then, because malloc maps whatever is larger than that.
 */
function limitMemory({ pid }: WorkerHandle, spareMb: number): void {
  const size = /^VmSize:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const bytes = Number(size) * 1024 + spareMb * 2 ** 20;
  const { status, stderr } = spawnSync('prlimit', [`--pid=${pid}`, `--as=${bytes}`]);
  if (status !== 0) throw new Error(String(stderr));
}

describe.skipIf(!canLimit)('a training that runs out of memory', () => {
  let root: string;
  let snapshot: string;
  beforeAll(async () => {
    root = newFolder();
    snapshot = await discSnapshot(root, 40, { size: 32 });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('before its first step says so, and what needs less', async () => {
    const { worker, tasks } = start();
    // An answer: it has loaded what it needs to answer at all.
    await tasks.run('controlRun', { runDirectory: root, action: 'pause' });
    limitMemory(worker, 200);
    const config = smallConfig({ architecture: 'vgg16', batchSize: 28 });
    await expect(tasks.run('train', runInput(root, 'large', snapshot, config))).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('smaller batch'),
    });
    worker.kill();
  });

  it('in the middle keeps its last checkpoint and goes on from it', { timeout: 180_000 }, async () => {
    const config = smallConfig({ architecture: 'resnet18', epochs: 2 });
    const input = runInput(root, 'short', snapshot, config);
    const first = start();
    const ended = first.tasks.run('train', input, {
      onProgress: (p) => {
        if (p.kind === 'epoch') limitMemory(first.worker, -2000);
      },
    });
    await expect(ended).rejects.toMatchObject({ code: 'out-of-memory' });
    first.worker.kill();
    expect(existsSync(input.modelDirectory)).toBe(false);
    const epochs: number[] = [];
    const second = start();
    const outcome = await second.tasks.run('train', runInput(root, 'short', snapshot), {
      onProgress: (p) => {
        if (p.kind === 'epoch') epochs.push(p.row.epoch);
      },
    });
    second.worker.kill();
    expect(outcome).toMatchObject({ status: 'finished', epochs: [{ epoch: 1 }, { epoch: 2 }] });
    expect(epochs.at(-1)).toBe(2);
    expect(existsSync(path.join(input.modelDirectory, 'model.onnx'))).toBe(true);
  });
});
