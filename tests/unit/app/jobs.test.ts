import { describe, expect, it } from 'vitest';
import { JobQueue } from '../../../main/app/jobs.ts';
import type { Job } from '../../../main/contract/jobs.ts';
import { AppError } from '../../../main/domain/errors.ts';

function queue() {
  const saved: Job[] = [];
  const announced: Job[] = [];
  return {
    saved,
    announced,
    jobs: new JobQueue({ save: (job) => saved.push(job), announce: (job) => announced.push(job) }),
  };
}

const never = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('JobQueue', () => {
  it('keeps the result and saves each change of status', async () => {
    const { jobs, saved } = queue();
    const { id } = jobs.start({ kind: 'import', title: 'Import', run: async () => ({ imported: 3 }) });
    expect(await jobs.settled(id)).toMatchObject({ status: 'done', result: { imported: 3 } });
    expect(saved.map((job) => job.status)).toEqual(['queued', 'running', 'done']);
  });

  it('reports a failure with its code', async () => {
    const { jobs } = queue();
    const run = async () => {
      throw new AppError('disk-full', 'no space left');
    };
    const { id } = jobs.start({ kind: 'dataset', title: 'Snapshot', run });
    expect(await jobs.settled(id)).toMatchObject({
      status: 'failed',
      error: { code: 'disk-full', message: 'no space left' },
    });
  });

  it('runs one job of a lane at a time and lanes beside each other', async () => {
    const { jobs } = queue();
    const order: string[] = [];
    const step = (name: string, ms: number) => async () => {
      order.push(`${name} starts`);
      await new Promise((resolve) => setTimeout(resolve, ms));
      order.push(`${name} ends`);
    };
    const training = jobs.start({ kind: 'training', title: 'a', run: step('training', 40) });
    const dataset = jobs.start({ kind: 'dataset', title: 'b', run: step('dataset', 1) });
    const imported = jobs.start({ kind: 'import', title: 'c', run: step('import', 1) });
    await Promise.all([training, dataset, imported].map((job) => jobs.settled(job.id)));
    expect(order.indexOf('import ends')).toBeLessThan(order.indexOf('training ends'));
    expect(order.indexOf('dataset starts')).toBeGreaterThan(order.indexOf('training ends'));
  });

  it('cancels a running and a waiting job', async () => {
    const { jobs, saved } = queue();
    const running = jobs.start({ kind: 'training', title: 'a', run: ({ signal }) => never(signal) });
    let left = 0;
    const leftQueue = (): void => void left++;
    const waiting = jobs.start({ kind: 'training', title: 'b', run: async () => 'never', leftQueue });
    jobs.cancel(waiting.id);
    expect(left).toBe(1);
    expect(jobs.get(waiting.id).status).toBe('cancelled'); // at once, whatever it waits for
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(jobs.get(running.id).status).toBe('running');
    await jobs.cancelAll();
    expect(jobs.get(running.id).status).toBe('cancelled');
    expect(saved.filter((job) => job.id === waiting.id).map((job) => job.status)).toEqual(['queued', 'cancelled']);
  });
});
