import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectTasks, serveTasks, type TaskRunner } from '../../main/contract/transport/tasks.ts';
import { AppError } from '../../main/domain/errors.ts';
import { type Pair, transports } from './channels.ts';

type Sums = {
  sum: { input: Float32Array; output: { total: number }; progress: number };
  hang: { input: null; output: null };
  fail: { input: null; output: null };
};

describe.each(transports)('tasks over %s', (_name, makePair) => {
  let pair: Pair;
  let worker: TaskRunner<Sums>;
  let aborted = 0;

  beforeEach(async () => {
    aborted = 0;
    pair = await makePair();
    serveTasks<Sums>(pair.far, {
      sum: (values, { progress }) => {
        values.forEach((_, index) => {
          progress((index + 1) / values.length);
        });
        return { total: values.reduce((a, b) => a + b, 0) };
      },
      hang: (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted++;
            reject(new AppError('cancelled', 'stopped'));
          });
        }),
      fail: () => {
        throw new AppError('damaged-pixels', 'the third fragment ends early');
      },
    });
    worker = connectTasks<Sums>(pair.near);
  });
  afterEach(() => pair.dispose());

  test('a result comes after its progress', async () => {
    const progress: number[] = [];
    const result = await worker.run('sum', new Float32Array([1, 2, 3, 4]), { onProgress: (p) => progress.push(p) });
    expect(result).toEqual({ total: 10 });
    expect(progress).toEqual([0.25, 0.5, 0.75, 1]);
  });

  test('a failure keeps its code', async () => {
    await expect(worker.run('fail', null)).rejects.toMatchObject({ code: 'damaged-pixels' });
  });

  test('cancelling aborts the task', async () => {
    const controller = new AbortController();
    const task = worker.run('hang', null, { signal: controller.signal });
    controller.abort();
    await expect(task).rejects.toMatchObject({ code: 'cancelled' });
    expect(aborted).toBe(1);
    await expect(worker.run('hang', null, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('a dead worker rejects what it was doing and what comes later', async () => {
    const task = worker.run('hang', null);
    const rejected = expect(task).rejects.toMatchObject({ code: 'worker-died' });
    await worker.run('sum', new Float32Array(1));
    await pair.cut();
    await rejected;
    await expect(worker.run('hang', null)).rejects.toMatchObject({ code: 'worker-died' });
  });
});
