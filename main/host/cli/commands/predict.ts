import { existsSync } from 'node:fs';
import { CamMethod } from '../../../contract/models.ts';
import { AppError } from '../../../domain/errors.ts';
import {
  type Arguments,
  type CliCommand,
  type CommandContext,
  checkInput,
  defined,
  resolvePath,
  UsageError,
} from '../command.ts';
import { loadStandalone, type OutputLine } from '../standaloneApi.ts';
import { viewsOption } from '../viewsOption.ts';

export const predict: CliCommand = {
  summary: 'run a model on images: scores, overlay pictures and raw maps',
  usage: `predict --model ID|FILE --input PATH... --out DIR [--cam cam|gradcam|gradcam++|none] [--class NAME] [--strict]
    [--tta none|small|mirrored|key=value,...]`,
  options: {
    model: { type: 'string' },
    input: { type: 'string', multiple: true },
    out: { type: 'string' },
    cam: { type: 'string' },
    class: { type: 'string' },
    tta: { type: 'string' },
    strict: { type: 'boolean' },
  },
  positionals: [0, Number.POSITIVE_INFINITY],
  run: async (args, context) => {
    const inputs = [...args.texts('input'), ...args.positionals].map(resolvePath); // --input a b c: the shell expands
    if (inputs.length === 0) throw new UsageError('--input is missing');
    const cam = checkInput(CamMethod, args.text('cam') ?? 'gradcam');
    const out = args.needPath('out');
    const tta = viewsOption(args.text('tta'));
    const modelPath = await modelPathOf(args.needText('model'), context);
    const { predictFiles } = await loadStandalone();
    const { spawnWorker, signal } = context;
    const className = args.text('class');
    return printAll(
      predictFiles(defined({ modelPath, inputs, cam, className, tta, out, spawnWorker, signal }) as never),
      args,
      context,
    );
  },
};

/** A file is used as it is, without a workspace; anything else is a model of the workspace. */
async function modelPathOf(given: string, { openCore }: CommandContext): Promise<string> {
  const file = resolvePath(given);
  if (existsSync(file)) return file;
  if (/[\\/]/.test(given) || given.endsWith('.onnx')) throw new AppError('file-not-found', `There is no file ${file}.`);
  const core = await openCore();
  return (await core.client['models.get']({ modelId: given })).path;
}

async function printAll(lines: AsyncIterable<OutputLine>, args: Arguments, { output }: CommandContext): Promise<0 | 1> {
  let accepted = 0;
  let rejected = 0;
  for await (const line of lines) {
    if (line.error === undefined) accepted++;
    else rejected++;
    output.result(line, describePrediction(line));
  }
  return accepted === 0 || (args.flag('strict') && rejected > 0) ? 1 : 0;
}

function describePrediction(line: OutputLine): string {
  const error = line.error as { code: string; message: string } | undefined;
  const file = String(line.file);
  if (error) return `${file}: ${error.message} (${error.code})`;
  const scores = Object.entries((line.scores ?? {}) as Record<string, number>);
  return `${file}: ${String(line.predicted)} (${scores.map(([name, score]) => `${name} ${score.toFixed(3)}`).join(', ')})`;
}
