import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface StepResult extends Counts {
  readonly name: string;
  readonly seconds: number;
  /** Shown under the table: why tests were skipped, what went wrong. */
  readonly notes: readonly string[];
}

export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly limitMinutes: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Counts from the reports that the command left; without it the step is one check that passes or fails. */
  readonly count?: () => { readonly counts: Counts; readonly notes: readonly string[] };
}

export const root = path.resolve(import.meta.dirname, '../..');
export const resultsFolder = path.join(root, 'test-results');

const TAIL_LINES = 80;

/** The system may have an older Node; the one this project pins comes first, as in npm scripts. */
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter),
  TZ: 'UTC',
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
};

interface Ending {
  readonly code: number;
  readonly isLate: boolean;
  /** Commands of processes that outlived the step; they have been ended. */
  readonly leftBehind: readonly string[];
}

const GRACE_MS = 5_000;

/** Waits for the output to end. Where a process that the command started holds on to it, names and ends it. */
async function clearAway(child: ChildProcess, closed: Promise<boolean>): Promise<string[]> {
  if (await Promise.race([closed, sleep(GRACE_MS, false, { ref: false })])) return [];
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (process.platform === 'win32' || child.pid === undefined) return ['(unknown)'];
  const { stdout } = spawnSync('ps', ['-eo', 'pgid=,args='], { encoding: 'utf8' });
  const group = String(child.pid);
  const members = (stdout ?? '').split('\n').filter((line) => line.trim().split(/\s+/)[0] === group);
  if (members.length > 0) process.kill(-child.pid, 'SIGKILL');
  return members.length > 0
    ? members.map((line) => line.trim().slice(group.length + 1, 160))
    : ['(in a group of its own)'];
}

/** Runs the command with its output in a log file, and ends it with its children when it takes too long. */
async function runCommand(step: Step, logFile: string): Promise<Ending> {
  const isWindows = process.platform === 'win32';
  const [command, ...parameters] = step.command;
  const log = createWriteStream(logFile);
  const child = spawn(command, parameters, {
    cwd: root,
    env: { ...environment, ...step.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: !isWindows,
    shell: isWindows,
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  let isLate = false;
  const stop = (): void => {
    if (child.pid === undefined || child.exitCode !== null) return;
    if (isWindows) child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, step.limitMinutes * 60_000);
  const interrupt = (): void => {
    stop();
    process.exit(130);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const closed = new Promise<boolean>((resolve) => child.once('close', () => resolve(true)));
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      log.write(`${error.message}\n`);
      resolve(127);
    });
    child.once('exit', (status) => resolve(status ?? 1));
  });
  const leftBehind = isLate ? [] : await clearAway(child, closed);
  clearTimeout(timer);
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  await new Promise<void>((resolve) => log.end(resolve));
  return { code, isLate, leftBehind };
}

function tailOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

/** Runs one step. A command that fails without a failed test in its report counts as one failure. */
export async function runStep(step: Step): Promise<StepResult> {
  mkdirSync(resultsFolder, { recursive: true });
  const logFile = path.join(resultsFolder, `${step.name.replaceAll(' ', '-')}.log`);
  const start = performance.now();
  const { code, isLate, leftBehind } = await runCommand(step, logFile);
  const seconds = (performance.now() - start) / 1000;
  const late = isLate ? [`${step.name}: stopped after ${step.limitMinutes} minutes`] : [];
  const orphans = leftBehind.map((command) => `${step.name}: a process was left running: ${command}`);
  const { counts, notes } = countOf(step, code);
  if (counts.failed > 0)
    console.log(`--- ${step.name} (exit ${code}), the end of ${path.relative(root, logFile)}\n${tailOf(logFile)}\n---`);
  return { name: step.name, ...counts, seconds, notes: [...late, ...orphans, ...notes] };
}

function countOf(step: Step, code: number): { counts: Counts; notes: readonly string[] } {
  const isFine = code === 0;
  if (!step.count) return { counts: { passed: isFine ? 1 : 0, failed: isFine ? 0 : 1, skipped: 0 }, notes: [] };
  try {
    const { counts, notes } = step.count();
    return { counts: isFine || counts.failed > 0 ? counts : { ...counts, failed: 1 }, notes };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { counts: { passed: 0, failed: 1, skipped: 0 }, notes: [`${step.name}: no report (${reason})`] };
  }
}
