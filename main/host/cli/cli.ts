import { type CliCommand, UsageError } from './command.ts';
import { commands } from './commands/index.ts';
import { makeOutput, type Output } from './output.ts';
import { failureOf, parseCommand, runCommand } from './runCommand.ts';

const intro = 'groundglass <command> [--json] [--workspace DIR]';

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const list = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `${intro}\n\n${list.join('\n')}\n\ngroundglass <command> --help tells more. Research use only, not a medical device.\n`;
}

/** Terminals and npm both pass Ctrl-C on, so that one press may come twice. */
const samePressMs = 1000;

/** First signal: checkpoint and end. A later one: end now. Losing the program that started us counts, too. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  const stop = (): void => {
    if (controller.signal.aborted && performance.now() - firstAt > samePressMs) process.exit(1);
    firstAt ||= performance.now();
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (process.connected) process.on('disconnect', () => controller.abort());
  return controller.signal;
}

async function runNamed(command: CliCommand, argv: readonly string[], output: Output): Promise<0 | 1 | 2> {
  try {
    const args = parseCommand(command, argv);
    if (args.flag('help')) {
      process.stdout.write(`${command.summary}\n\n  ${command.usage}\n`);
      return 0;
    }
    return await runCommand(command, args, output, stopSignal());
  } catch (error) {
    const isUsage = error instanceof UsageError;
    output.failure(failureOf(error));
    if (isUsage && !output.isJson) process.stderr.write(`\n  groundglass ${command.usage}\n`);
    if (!isUsage && failureOf(error).code === 'internal') console.error(error);
    return isUsage ? 2 : 1;
  }
}

async function main(argv: readonly string[]): Promise<0 | 1 | 2> {
  const output = makeOutput(argv.includes('--json'), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
  });
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return runNamed(command, rest, output);
  output.failure({ code: 'invalid-input', message: `there is no command "${name}"` });
  if (!output.isJson) process.stderr.write(`\n${help()}`);
  return 2;
}

// A reader that has seen enough (`| head`) closes the pipe: not an error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const exitCode = await main(process.argv.slice(2));
// Nothing is left to do, but a library may hold a handle: end once everything is written.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
