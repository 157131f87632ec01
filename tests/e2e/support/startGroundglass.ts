import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../../..');
const program = path.join(root, 'main/host/cli/cli.ts');
const startLimitMs = 120_000;

/** The browser host as a user's machine runs it: a process of its own with a workspace folder. */
export interface Groundglass {
  /** Works once; `newLink` gives another. */
  readonly url: string;
  readonly pid: number;
  readonly workspace: string;
  newLink(): Promise<string>;
  /** Ctrl-C: saves, ends, and gives the exit code. */
  stop(): Promise<number>;
  /** kill -9, to see what a crash leaves. */
  kill(): Promise<void>;
}

const ready = z.object({ url: z.string(), pid: z.number(), workspace: z.string() });

function launch(parameters: readonly string[], workspace: string): ChildProcess {
  return spawn(process.execPath, [program, ...parameters, '--json', `--workspace=${workspace}`], {
    cwd: root,
    // Beside the workspace: results of device tests of this machine would decide what auto means.
    env: { ...process.env, GROUNDGLASS_CONFIG: path.join(path.dirname(workspace), 'settings') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const ended = (child: ChildProcess): Promise<number> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode ?? 1)
    : new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));

/** The line with the address; progress lines (building the page) come before it. */
async function firstAddress(child: ChildProcess): Promise<z.infer<typeof ready>> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('the program has no output');
  let complaints = '';
  stderr.on('data', (text: Buffer) => {
    complaints += text.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), startLimitMs);
  for await (const line of createInterface({ input: stdout })) {
    const found = ready.safeParse(JSON.parse(line));
    if (!found.success) continue;
    clearTimeout(timer);
    stdout.resume();
    return found.data;
  }
  clearTimeout(timer);
  throw new Error(`Groundglass did not start (exit ${await ended(child)}): ${complaints.slice(-2000)}`);
}

/** Starts the browser host on a free port of loopback and waits for its address. */
export async function startGroundglass(workspace: string): Promise<Groundglass> {
  const child = launch(['serve', '--port=0'], workspace);
  const { url, pid } = await firstAddress(child);
  return {
    url,
    pid,
    workspace,
    newLink: async () => (await firstAddress(launch(['serve'], workspace))).url,
    stop: () => {
      child.kill('SIGINT');
      return ended(child);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}

/** A folder for one test file, made when it is first asked for: test files are also loaded for being listed. */
export function temporaryWorkspace(): { readonly folder: string; readonly remove: () => void } {
  let made: string | undefined;
  return {
    get folder() {
      made ??= mkdtempSync(path.join(tmpdir(), 'groundglass-e2e-'));
      return made;
    },
    remove: () => {
      if (made !== undefined) rmSync(made, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Runs a command of the command line in a workspace: exit code and the JSON lines of its output. */
export async function runCommand(
  workspace: string,
  ...parameters: string[]
): Promise<{ readonly code: number; readonly lines: readonly unknown[] }> {
  const child = launch(parameters, workspace);
  if (!child.stdout || !child.stderr) throw new Error('the program has no output');
  child.stderr.resume();
  const lines: unknown[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line));
  return { code: await ended(child), lines };
}
