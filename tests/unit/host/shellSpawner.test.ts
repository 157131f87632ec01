import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { portChannel } from '../../../main/contract/transport/portChannel.ts';
import type { FromCore } from '../../../main/contract/transport/shellMessages.ts';
import { connectTasks, serveTasks } from '../../../main/contract/transport/tasks.ts';
import { parentChannel } from '../../../main/contract/transport/worker.ts';
import { shellSpawner } from '../../../main/host/electron/shellSpawner.ts';

type Work = { double: { input: number; output: number } };

/** A utilityProcess without Electron: what the worker sees as `process`. */
function fakeUtilityProcess() {
  let deliver: (event: { ports: never[] }) => void = () => undefined;
  const self = {
    on: () => undefined,
    exit: () => undefined,
    parentPort: {
      on: (_event: 'message', listener: typeof deliver) => {
        deliver = listener;
      },
    },
  };
  return { self, hand: (port: unknown) => deliver({ ports: [port] as never[] }) };
}

test('a worker asked of the shell works over its own port and is known to end', async () => {
  const sent: FromCore[] = [];
  const spawner = shellSpawner((message) => sent.push(message));
  const worker = spawner.spawnWorker('learning', { maxOldSpaceMb: 512 });
  expect(sent).toEqual([{ type: 'start-worker', workerId: 1, entry: 'learning', maxOldSpaceMb: 512 }]);
  const runner = connectTasks<Work>(worker.channel);
  const early = runner.run('double', 4); // before there is a process

  const { port1, port2 } = new MessageChannel();
  const utility = fakeUtilityProcess();
  serveTasks<Work>(parentChannel(utility.self as never), { double: (n) => 2 * n });
  utility.hand(port1);
  spawner.started(1, 4711, portChannel(port2));
  expect(await early).toBe(8);
  expect(worker.pid).toBe(4711);

  let ended = 0;
  worker.onExit(() => ended++);
  worker.kill();
  expect(sent.at(-1)).toEqual({ type: 'kill-worker', workerId: 1 });
  const late = runner.run('double', 1);
  const rejected = expect(late).rejects.toMatchObject({ code: 'worker-died' });
  spawner.ended(1);
  await rejected;
  worker.onExit(() => ended++);
  expect(ended).toBe(2);
});
