import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, asAppError } from '../../domain/errors.ts';
import { nodeSpawner } from '../spawn.ts';
import { Arguments, type CliCommand, type CommandContext, resolvePath, UsageError } from './command.ts';
import { CoreAccess } from './coreAccess.ts';
import type { Output } from './output.ts';

const globalOptions = {
  json: { type: 'boolean' },
  workspace: { type: 'string' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Codes that say the command asked for something that does not exist in this version. */
const badUsageCodes: readonly string[] = ['no-bundled-backbone'];
const resumePatienceMs = 10_000;

export const defaultWorkspace = (): string => path.join(os.homedir(), 'Groundglass');

/** parseArgs takes `--window -600,1500` for two options; with an equals sign it does not. */
function joinNegativeNumbers(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of argv) {
    const before = joined.at(-1);
    if (/^-[.\d]/.test(argument) && before?.startsWith('--') && !before.includes('='))
      joined[joined.length - 1] = `${before}=${argument}`;
    else joined.push(argument);
  }
  return joined;
}

/** Arguments of `command`, its own options and those that every command takes. Throws UsageError. */
export function parseCommand(command: CliCommand, argv: readonly string[]): Arguments {
  const options = { ...globalOptions, ...command.options };
  try {
    const args = joinNegativeNumbers(argv);
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    const [least, most] = command.positionals;
    if (values.help !== true && (positionals.length < least || positionals.length > most))
      throw new UsageError(positionals.length < least ? 'something is missing' : `what is "${positionals[most]}"?`);
    return new Arguments(positionals, values);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error)); // parseArgs: unknown option and such
  }
}

/**
 * Runs one command to its end and returns the exit code: 0 done, 1 failed or stopped. When `stop` is aborted, what runs
 * is checkpointed and the last line says so. Throws UsageError.
 */
export async function runCommand(
  command: CliCommand,
  args: Arguments,
  output: Output,
  stop: AbortSignal,
): Promise<0 | 1> {
  const workspacePath = resolvePath(args.text('workspace') ?? process.env.GROUNDGLASS_WORKSPACE ?? defaultWorkspace());
  const log = (line: object): void => {
    const isFailure = 'event' in line && (line.event === 'bug' || line.event === 'worker-crashed');
    if (args.flag('verbose') || isFailure) console.error(JSON.stringify(line));
  };
  const spawnWorker = nodeSpawner(log);
  const core = new CoreAccess({ workspacePath, spawnWorker, log });
  let stopFacts: Record<string, unknown> = {};
  let beforeStop: (() => Promise<unknown>) | undefined;
  const context: CommandContext = {
    output,
    workspacePath,
    spawnWorker,
    signal: stop,
    openCore: () => core.open(),
    openExistingCore: () => core.openExisting(),
    openCoreWaiting: () => core.openWaiting(resumePatienceMs),
    isAttached: () => core.isAttached,
    onStop: (facts, action) => {
      stopFacts = facts;
      beforeStop = action;
    },
  };
  const running = command.run(args, context);
  const outcome = await Promise.race([settled(running), ...(command.endsItself ? [] : [aborted(stop)])]);
  // What still happens while it stops (an epoch that was just ending) is told; nothing comes after the last line.
  await beforeClosing(outcome === 'stopped' ? beforeStop : undefined, core);
  if (outcome === 'stopped') {
    output.mute();
    output.last({ ...stopFacts, stopped: true }, 'stopped; what was running is saved');
    return 1;
  }
  if (outcome.status === 'fulfilled') return outcome.value;
  throw usageOf(outcome.reason);
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

const aborted = (signal: AbortSignal): Promise<'stopped'> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('stopped');
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });

async function beforeClosing(action: (() => Promise<unknown>) | undefined, core: CoreAccess): Promise<void> {
  try {
    await action?.();
  } finally {
    await core.close();
  }
}

function usageOf(reason: unknown): Error {
  if (reason instanceof UsageError) return reason;
  const error = asAppError(reason);
  return badUsageCodes.includes(error.code) ? new UsageError(error.message, { cause: error }) : error;
}

/** For the last line of a failed command. A usage error has the code of the core's error behind it, if there is one. */
export function failureOf(error: unknown): { code: AppError['code']; message: string } {
  if (!(error instanceof UsageError)) return asAppError(error);
  return error.cause instanceof AppError ? error.cause : new AppError('invalid-input', error.message);
}
