import path from 'node:path';
import { connectTasks } from '../../../../main/contract/transport/tasks.ts';
import { nodeSpawner } from '../../../../main/host/spawn.ts';
import type { Sleeper } from './sleeper.ts';

/** Starts a worker that works for ever, says its pid, and waits to be killed. */
const spawn = nodeSpawner(
  () => undefined,
  () => path.join(import.meta.dirname, 'sleeper.ts'),
);
const worker = spawn('learning');
const runner = connectTasks<Sleeper>(worker.channel);
await runner.run('facts', null);
void runner.run('work', { checkpoint: String(process.argv[2]) });
console.log(worker.pid);
