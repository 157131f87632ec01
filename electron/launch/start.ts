import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildBundles, page, programs, root } from './bundles.ts';
import { findRuntime } from './electronRuntime.ts';

/** An Electron that ends this soon with an error could not open its window (a missing system library, mostly). */
const startupMs = 5_000;

interface Ending {
  readonly code: number;
  readonly afterMs: number;
}

const { values } = parseArgs({
  options: {
    workspace: { type: 'string' },
    port: { type: 'string' },
    'no-open': { type: 'boolean' },
    /** The browser host without looking for Electron. */
    browser: { type: 'boolean' },
  },
});

/** Waits for a program that shares our terminal. Ctrl-C reaches it, too; it saves and ends, and so do we then. */
function untilEnded(child: ChildProcess): Promise<Ending> {
  const started = performance.now();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    const ended = (code: number): void => resolve({ code, afterMs: performance.now() - started });
    child.on('error', () => ended(1));
    child.on('exit', (code, signal) => ended(code ?? (signal ? 1 : 0)));
  });
}

function startElectron(program: string): Promise<Ending> {
  const folder = values.workspace ? [`--workspace=${path.resolve(process.env.INIT_CWD ?? '.', values.workspace)}`] : [];
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  return untilEnded(spawn(program, [root, ...folder], { stdio: 'inherit', env }));
}

function startBrowserHost(reason: string): Promise<Ending> {
  const args = [
    path.join(root, 'main/host/cli/cli.ts'),
    'serve',
    `--reason=${reason}`,
    ...(values.workspace ? [`--workspace=${values.workspace}`] : []),
    ...(values.port ? [`--port=${values.port}`] : []),
    ...(values['no-open'] ? [] : ['--open']),
  ];
  // The pipe tells the host when this process is gone, however it ended.
  return untilEnded(spawn(process.execPath, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }));
}

async function start(): Promise<number> {
  if (values.browser) return (await startBrowserHost('you asked for it')).code;
  const isRoot = process.getuid?.() === 0;
  const runtime = await findRuntime({ platform: process.platform, env: process.env, isRoot }, console.log);
  if ('reason' in runtime) return (await startBrowserHost(runtime.reason)).code;
  await buildBundles([page, ...programs], { always: false });
  const { code, afterMs } = await startElectron(runtime.program);
  if (code === 0 || afterMs > startupMs) return code;
  return (await startBrowserHost('the Electron runtime could not start here')).code;
}

process.exitCode = await start();
