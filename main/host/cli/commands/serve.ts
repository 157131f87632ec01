import { AppError } from '../../../domain/errors.ts';
import { newLinkPath } from '../../browser/requestGuard.ts';
import { bugLine, openLog } from '../../log.ts';
import { nodeSpawner } from '../../spawn.ts';
import { type Arguments, type CliCommand, type CommandContext, defined, UsageError } from '../command.ts';
import { type LockHolder, loadStandalone } from '../standaloneApi.ts';

export const serve: CliCommand = {
  summary: 'run the program in a browser, on this machine only',
  usage: 'serve [--port N] [--open] [--reason TEXT] [--dev]',
  options: {
    port: { type: 'string' },
    open: { type: 'boolean' },
    reason: { type: 'string' },
    dev: { type: 'boolean' },
  },
  positionals: [0, 0],
  endsItself: true,
  run: async (args, context) => {
    const { readWorkspaceLock } = await loadStandalone();
    const holder = readWorkspaceLock(context.workspacePath);
    if (holder?.attach) return showRunning(holder, args, context);
    // The log's folder is made before the core looks at the path.
    (await import('../../../app/system/newFolder.ts')).refusePseudoFolder(context.workspacePath);
    return serveUntilStopped(args, context);
  },
};

async function serveUntilStopped(args: Arguments, { workspacePath, output, signal }: CommandContext): Promise<0> {
  const port = args.number('port');
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535))
    throw new UsageError('--port takes a number from 0 to 65535');
  const { builtRenderer, watchedRenderer } = await import('../../browser/builtRenderer.ts');
  const { startBrowserHost } = await import('../../browser/browserHost.ts');
  const onBuild = (): void => output.progress({ progress: { message: 'building the page' } }, 'building the page');
  const fileAt = args.flag('dev') ? await watchedRenderer() : await builtRenderer(onBuild);
  const log = openLog(workspacePath);
  process.on('uncaughtExceptionMonitor', (error) => log(bugLine('process', error)));
  const reason = args.text('reason');
  const options = defined({ workspacePath, fileAt, port, reason, spawnWorker: nodeSpawner(log), log });
  const host = await startBrowserHost(options as never);
  const url = host.server.newLink();
  const because = reason ? `Groundglass runs in the browser: ${reason}\n` : '';
  output.result(
    defined({ url, pid: process.pid, port: host.server.port, workspace: workspacePath, reason }),
    `${because}Open ${url}\nThe link works once. Ctrl-C ends Groundglass.`,
  );
  if (args.flag('open')) (await import('../../browser/openWindow.ts')).openWindow(url);
  await new Promise<void>((resolve) => {
    host.session.onShutdownRequested(resolve);
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  if (host.session.hasRunningJobs()) output.progress({ progress: { message: 'saving' } }, 'saving what runs ...');
  await host.close();
  return 0;
}

/** The workspace is open in another browser host: a new link to that one. */
async function showRunning(holder: LockHolder, args: Arguments, { output, workspacePath }: CommandContext): Promise<0> {
  const { url: socketUrl = '', token = '' } = holder.attach ?? {};
  const base = socketUrl.replace(/^ws:/, 'http:');
  const answer = await fetch(`${base}${newLinkPath}`, { headers: { authorization: `Bearer ${token}` } }).catch(
    () => undefined,
  );
  if (!answer?.ok)
    throw new AppError(
      'workspace-in-use',
      `This workspace is open in another program (${holder.kind}, process ${holder.pid}).`,
    );
  const { url } = (await answer.json()) as { url: string };
  output.result(
    { url, pid: holder.pid, workspace: workspacePath, running: true },
    `Groundglass is running already. Open ${url}`,
  );
  if (args.flag('open')) (await import('../../browser/openWindow.ts')).openWindow(url);
  return 0;
}
