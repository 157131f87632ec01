import path from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { z } from 'zod';
import type { SpawnWorker } from '../../contract/transport/worker.ts';
import type { CoreConnection } from '../connection.ts';
import type { Output } from './output.ts';

/** The command was typed wrongly: exit code 2, with the command's usage. */
export class UsageError extends Error {}

export interface CommandContext {
  readonly output: Output;
  readonly workspacePath: string;
  readonly spawnWorker: SpawnWorker;
  /** Aborted when the user asks the command to stop. */
  readonly signal: AbortSignal;
  /** Opens the workspace's core, or attaches to the one that has it open. The same connection every time. */
  readonly openCore: () => Promise<CoreConnection>;
  /** The same for a command that makes no sense on a new workspace: `not-found` where there is none yet. */
  readonly openExistingCore: () => Promise<CoreConnection>;
  /** The same, but gives a command that is just ending 10 s to end; `run-active` if it does not. */
  readonly openCoreWaiting: () => Promise<CoreConnection>;
  /** Whether the core belongs to another process that goes on after this command. */
  readonly isAttached: () => boolean;
  /** What the last line says when the command is stopped ({run, stopped:true}), and what to do before that. */
  readonly onStop: (facts: Record<string, unknown>, action?: () => Promise<unknown>) => void;
}

export interface CliCommand {
  readonly summary: string;
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** How many positional arguments there may be. */
  readonly positionals: readonly [least: number, most: number];
  /** Ends by the context's signal, cleanly, as its ordinary end. */
  readonly endsItself?: true;
  /** Returns the exit code. */
  run(args: Arguments, context: CommandContext): Promise<0 | 1>;
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** Parsed arguments with conversions that name the option when they fail. */
export class Arguments {
  readonly positionals: readonly string[];
  private readonly values: Values;

  constructor(positionals: readonly string[], values: Values) {
    this.positionals = positionals;
    this.values = values;
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  texts(name: string): string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  needText(name: string): string {
    const value = this.text(name);
    if (!value) throw new UsageError(`--${name} is missing`);
    return value;
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`--${name} takes a number, not "${text}"`);
    return value;
  }

  numbers(name: string): number[] | undefined {
    return this.text(name)
      ?.split(',')
      .map((part) => {
        const value = Number(part);
        if (part.trim() === '' || !Number.isFinite(value))
          throw new UsageError(`--${name} takes numbers, not "${part}"`);
        return value;
      });
  }

  path(name: string): string | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : resolvePath(text);
  }

  needPath(name: string): string {
    return resolvePath(this.needText(name));
  }
}

/** npm runs scripts in the package's folder; INIT_CWD is where the person was. */
export function resolvePath(given: string): string {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
}

/** Checks what was typed against the contract before anything is opened; errors are the person's, exit code 2. */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): z.input<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return input as z.input<S>;
  const issue = parsed.error.issues[0];
  throw new UsageError(`${issue?.path.join('.') || 'arguments'}: ${issue?.message ?? 'not as expected'}`);
}

/** Without the keys whose value is undefined: the contract tells an absent setting from an empty one. */
export function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as never;
}
