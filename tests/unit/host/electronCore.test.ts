import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { portChannel } from '../../../main/contract/transport/portChannel.ts';
import type { FromCore, ToCore } from '../../../main/contract/transport/shellMessages.ts';
import { connectCore } from '../../../main/host/connection.ts';
import { runElectronCore, type ShellPort } from '../../../main/host/electron/electronCore.ts';

/** The shell's end, without Electron. */
function fakeShell() {
  const said: FromCore[] = [];
  let deliver: (event: { data: ToCore; ports: never[] }) => void = () => undefined;
  const port: ShellPort = {
    postMessage: (message) => void said.push(message),
    on: (_event, listener) => {
      deliver = listener as typeof deliver;
    },
  };
  const tell = (data: ToCore, ...ports: unknown[]): void => deliver({ data, ports: ports as never[] });
  return { port, said, tell };
}

const newWorkspace = (): string => path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'groundglass-')), 'workspace');

test('a window talks to the core through its port; closing releases the workspace', async () => {
  const workspace = newWorkspace();
  const { port, said, tell } = fakeShell();
  await runElectronCore(port, workspace);
  expect(said).toEqual([{ type: 'ready', workspacePath: workspace }]);

  const { port1, port2 } = new MessageChannel();
  tell({ type: 'window-opened' }, port1);
  const window = connectCore(portChannel(port2));
  expect(await window.client['system.capabilities']({})).toMatchObject({ host: 'electron', canPickFiles: true });

  tell({ type: 'running-jobs?' });
  await expect.poll(() => said).toContainEqual({ type: 'running-jobs', hasRunningJobs: false });
  await window.client['system.shutdown']({ jobs: 'checkpoint-and-stop' });
  expect(said.at(-1)).toEqual({ type: 'shutdown-requested' });

  tell({ type: 'close' });
  await expect.poll(() => said.at(-1)).toEqual({ type: 'closed' });
  window.channel.close();
  const again = fakeShell();
  await runElectronCore(again.port, workspace);
  expect(again.said).toEqual([{ type: 'ready', workspacePath: workspace }]);
  again.tell({ type: 'close' });
  await expect.poll(() => again.said.at(-1)).toEqual({ type: 'closed' });
});

test('a workspace that is open elsewhere is said to be, by code', async () => {
  const workspace = newWorkspace();
  const first = fakeShell();
  await runElectronCore(first.port, workspace);
  const second = fakeShell();
  await runElectronCore(second.port, workspace);
  expect(second.said).toEqual([expect.objectContaining({ type: 'failed', code: 'workspace-in-use' })]);
  first.tell({ type: 'close' });
  await expect.poll(() => first.said.at(-1)).toEqual({ type: 'closed' });
});
