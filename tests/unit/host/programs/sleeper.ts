import { serveTasks } from '../../../../main/contract/transport/tasks.ts';
import { parentChannel } from '../../../../main/contract/transport/worker.ts';

/** A worker program for tests: works until it is told to stop, then writes down that it was. */
export type Sleeper = {
  work: { input: { checkpoint: string }; output: null };
  facts: { input: null; output: { env: string[]; heapMb: number } };
};

serveTasks<Sleeper>(parentChannel(process), {
  work: async ({ checkpoint }, { signal }) => {
    const fs = await import('node:fs');
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => undefined, 1000);
      signal.addEventListener('abort', () => {
        clearInterval(timer);
        resolve();
      });
    });
    fs.writeFileSync(checkpoint, 'stopped');
    return null;
  },
  facts: async () => {
    const v8 = await import('node:v8');
    return { env: Object.keys(process.env), heapMb: v8.getHeapStatistics().heap_size_limit / 2 ** 20 };
  },
});
