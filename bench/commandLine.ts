import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from './machine.ts';
import { watchMemory } from './processTree.ts';

export const program = path.join(projectRoot, 'main/host/cli/cli.ts');

export type Line = Readonly<Record<string, unknown>>;

export interface CommandOptions {
  readonly workspace?: string;
  /** Put before `node cli.ts`, e.g. a tracer. */
  readonly under?: readonly string[];
  readonly limitSeconds?: number;
  /** Sees every line as it comes, progress included. */
  readonly onLine?: (line: Line, child: ChildProcess) => void;
}

export interface CommandResult {
  /** null: ended by a signal. */
  readonly code: number | null;
  /** Without progress lines. */
  readonly lines: readonly Line[];
  readonly last: Line;
  readonly complaints: string;
  readonly seconds: number;
  /** Largest resident memory of all its processes together (shared pages counted by each). */
  readonly peakResidentBytes?: number;
}

const running = new Set<ChildProcess>();
// Whoever is stopped takes along what it has started.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** Starts a command of the command line as a user would, in a process of its own, with --json. */
export function startCommand(parameters: readonly string[], { workspace, under = [] }: CommandOptions): ChildProcess {
  const where = workspace === undefined ? [] : [`--workspace=${workspace}`];
  const [first = process.execPath, ...rest] = [...under, process.execPath, program, ...parameters, '--json', ...where];
  const child = spawn(first, rest, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

/** Runs a command to its end, whatever the end is. A command over its limit is killed and throws. */
export async function runCommand(parameters: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const started = performance.now();
  const child = startCommand(parameters, options);
  if (!child.stdout || !child.stderr || child.pid === undefined) throw new Error('the program did not start');
  const peak = watchMemory(child.pid);
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => {
    complaints += text.toString();
  });
  const ended = once(child, 'exit');
  const limitSeconds = options.limitSeconds ?? 600;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limitSeconds * 1000);
  const lines: Line[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    options.onLine?.(line, child);
    if (!('progress' in line)) lines.push(line);
  }
  const [code] = (await ended) as [number | null];
  clearTimeout(timer);
  const peakResidentBytes = peak();
  if (isLate) throw new Error(`${parameters.slice(0, 2).join(' ')} did not end within ${limitSeconds} s`);
  const seconds = (performance.now() - started) / 1000;
  const base = { code, lines, last: lines.at(-1) ?? {}, complaints, seconds };
  return peakResidentBytes === undefined ? base : { ...base, peakResidentBytes };
}

/** Runs a command that has to succeed. */
export async function succeed(parameters: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const result = await runCommand(parameters, options);
  if (result.code === 0) return result;
  const why = JSON.stringify(result.last.error ?? (result.complaints || result.last)).slice(0, 800);
  throw new Error(`groundglass ${parameters.slice(0, 2).join(' ')} ended with ${result.code}: ${why}`);
}

/** A folder that is gone after the work. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'groundglass-'));
  try {
    return await work(folder);
  } finally {
    await sleep(200); // a killed process may still hold a file
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
