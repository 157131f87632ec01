import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../domain/errors.ts';
import { type CliCommand, UsageError } from '../command.ts';

/** Measurements are part of the source checkout; they run the program from outside, as a user would. */
const program = fileURLToPath(new URL('../../../../bench/run.ts', import.meta.url));

export const bench: CliCommand = {
  summary: 'measure start, import, training steps or inference on this machine',
  usage: 'bench NAME... (startup, import, train-step, inference)',
  options: {},
  positionals: [1, Number.POSITIVE_INFINITY],
  run: async (args, { output, signal }) => {
    if (!existsSync(program))
      throw new AppError('not-available-here', 'Measurements come with the source checkout only.');
    const json = output.isJson ? ['--json'] : [];
    const child = spawn(process.execPath, [program, ...args.positionals, ...json], { stdio: 'inherit' });
    signal.addEventListener('abort', () => child.kill());
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', resolve);
    });
    if (code === 2) throw new UsageError(`bench: there is no ${args.positionals.join(' or ')}`);
    return code === 0 ? 0 : 1;
  },
};
