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
import { type KnownImage, loadStandalone, type OutputLine } from '../standaloneApi.ts';
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
    const model = await modelOf(args.needText('model'), context);
    const { modelPath } = model;
    const { predictFiles } = await loadStandalone();
    const identify = await identifierOf(args, context, model.isOfWorkspace);
    const { spawnWorker, signal } = context;
    const className = args.text('class');
    return printAll(
      predictFiles(defined({ modelPath, inputs, cam, className, tta, out, identify, spawnWorker, signal }) as never),
      args,
      context,
    );
  },
};

/** A file is used as it is, without a workspace; anything else is a model of the workspace. */
async function modelOf(
  given: string,
  { openCore }: CommandContext,
): Promise<{ modelPath: string; isOfWorkspace: boolean }> {
  const file = resolvePath(given);
  if (existsSync(file)) return { modelPath: file, isOfWorkspace: false };
  if (/[\\/]/.test(given) || given.endsWith('.onnx')) throw new AppError('file-not-found', `There is no file ${file}.`);
  const core = await openCore();
  return { modelPath: (await core.client['models.get']({ modelId: given })).path, isOfWorkspace: true };
}

type Identify = (file: { address: string; fileSha256: string }) => Promise<KnownImage | undefined>;

/**
 * PNG, JPEG and NIfTI do not say whose they are; the workspace may. Only one that was named is asked, and opened no sooner than
 * the first such file comes.
 */
async function identifierOf(
  args: Arguments,
  { workspacePath, openCore }: CommandContext,
  isModelFromThere: boolean,
): Promise<Identify | undefined> {
  const { isWorkspace } = await loadStandalone();
  const isNamed = args.text('workspace') !== undefined || process.env.GROUNDGLASS_WORKSPACE !== undefined;
  if (!isModelFromThere && !(isNamed && isWorkspace(workspacePath))) return undefined;
  return async (file) => (await (await openCore()).client['images.identify'](file)).image;
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
