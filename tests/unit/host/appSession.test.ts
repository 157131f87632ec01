import { expect, test } from 'vitest';
import { AppError } from '../../../main/domain/errors.ts';
import { AppSession } from '../../../main/host/appSession.ts';
import { connectLocally } from '../../../main/host/connection.ts';
import { fakeApp } from './fakeApp.ts';

async function openSession() {
  const apps = new Map<string, ReturnType<typeof fakeApp>>();
  const session = await AppSession.open(async (path) => {
    if (path === '/locked') throw new AppError('workspace-in-use', 'another core holds it');
    const app = fakeApp(path);
    apps.set(path, app);
    return app;
  }, '/one');
  return { apps, session, core: connectLocally(session, { connectionId: 'test' }) };
}

test('calls and events pass through the session', async () => {
  const { apps, core } = await openSession();
  const seen: unknown[] = [];
  core.on('worklist.changed', (payload) => seen.push(payload));
  apps.get('/one')?.announce('worklist.changed', {});
  expect(await core.client['settings.get']({ key: 'layout' })).toEqual({ value: 'layout in /one' });
  expect(seen).toEqual([{}]);
  core.channel.close();
});

test('another workspace opens behind the same connection and everybody is told', async () => {
  const { apps, core } = await openSession();
  const opened: unknown[] = [];
  core.on('workspaces.opened', (payload) => opened.push(payload));
  await core.client['workspaces.open']({ path: '/two' });
  expect(await core.client['settings.get']({ key: 'k' })).toEqual({ value: 'k in /two' });
  expect(apps.get('/one')?.closed).toBe(1);
  expect(opened).toEqual([{ path: '/two' }]);
  apps.get('/one')?.announce('workspaces.opened', { path: 'stale' });
  await core.client['settings.get']({ key: 'k' });
  expect(opened).toHaveLength(1);
  core.channel.close();
});

test('a workspace that cannot be opened changes nothing and the caller learns why', async () => {
  const { apps, core } = await openSession();
  await expect(core.client['workspaces.open']({ path: '/locked' })).rejects.toMatchObject({ code: 'workspace-in-use' });
  expect(apps.get('/one')?.closed).toBe(0);
  expect(await core.client['settings.get']({ key: 'k' })).toEqual({ value: 'k in /one' });
  core.channel.close();
});

test('a closed connection hears no more events', async () => {
  const { apps, core, session } = await openSession();
  core.channel.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  apps.get('/one')?.announce('worklist.changed', {});
  let asked = 0;
  session.onShutdownRequested(() => asked++);
  const again = connectLocally(session, { connectionId: 'second' });
  await again.client['system.shutdown']({ jobs: 'checkpoint-and-stop' });
  await again.client['system.shutdown']({ jobs: 'keep-running' });
  expect(asked).toBe(1);
  again.channel.close();
});
