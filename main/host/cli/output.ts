import type { AppError } from '../../domain/errors.ts';

/** Where a command writes: JSON Lines for scripts, or text for a person. */
export interface Output {
  readonly isJson: boolean;
  /** A result. `text` is what a person reads instead. */
  result(line: object, text?: string): void;
  progress(line: object, text: string): void;
  /** The last line of a command that failed. */
  failure(error: Pick<AppError, 'code' | 'message'>): void;
  /** From now on only `last` and `failure` write: the command was stopped. */
  mute(): void;
  last(line: object, text: string): void;
}

interface Sinks {
  out(text: string): void;
  err(text: string): void;
  /** Progress may overwrite its own line. */
  readonly isTerminal: boolean;
}

export function makeOutput(isJson: boolean, sinks: Sinks): Output {
  let isMuted = false;
  let hasProgressLine = false;
  const clearProgress = (): void => {
    if (hasProgressLine) sinks.err('\r\u001b[K');
    hasProgressLine = false;
  };
  const json = (line: object): void => sinks.out(`${JSON.stringify(line, listForTypedArray)}\n`);
  return {
    isJson,
    result: (line, text) => {
      if (isMuted) return;
      clearProgress();
      if (isJson) json(line);
      else sinks.out(`${text ?? asText(line)}\n`);
    },
    progress: (line, text) => {
      if (isMuted) return;
      if (isJson) json(line);
      else if (sinks.isTerminal) {
        sinks.err(`\r\u001b[K${text.slice(0, 100)}`);
        hasProgressLine = true;
      }
    },
    failure: ({ code, message }) => {
      clearProgress();
      if (isJson) json({ error: { code, message } });
      else sinks.err(`groundglass: ${message} (${code})\n`);
    },
    last: (line, text) => {
      if (isJson) json(line);
      else sinks.err(`${text}\n`);
    },
    mute: () => {
      clearProgress();
      isMuted = true;
    },
  };
}

/** JSON.stringify writes a typed array as an object of numbered keys. */
function listForTypedArray(_key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as number[]);
  return value;
}

/** "name: value" lines; nested values stay JSON. */
function asText(line: object): string {
  return Object.entries(line)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value, listForTypedArray) : value}`)
    .join('\n');
}

/** "12 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
