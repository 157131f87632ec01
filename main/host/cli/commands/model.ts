import { modelMethods } from '../../../contract/models.ts';
import { asAppError } from '../../../domain/errors.ts';
import {
  type Arguments,
  type CliCommand,
  type CommandContext,
  checkInput,
  defined,
  resolvePath,
  UsageError,
} from '../command.ts';
import { loadStandalone } from '../standaloneApi.ts';

export const model: CliCommand = {
  summary: 'look into model files, or take one into the workspace',
  usage: 'model inspect FILE...\n  model import FILE --name NAME [--card JSON]',
  options: { name: { type: 'string' }, card: { type: 'string' } },
  positionals: [2, Number.POSITIVE_INFINITY],
  run: (args, context) => {
    const [verb, ...files] = args.positionals;
    if (verb === 'inspect') return inspectModels(files.map(resolvePath), context);
    if (verb === 'import' && files.length === 1) return importModel(resolvePath(files[0] ?? ''), args, context);
    throw new UsageError('model inspect FILE..., or model import FILE --name NAME');
  },
};

/** A file that cannot be read gives {path, error}; exit code 1 only when that is true of all. */
async function inspectModels(paths: readonly string[], { output }: CommandContext): Promise<0 | 1> {
  const { inspectModel } = await loadStandalone();
  let readable = 0;
  for (const path of paths) {
    try {
      const inspection = await inspectModel(path);
      readable++;
      output.result(inspection);
    } catch (error) {
      const { code, message } = asAppError(error);
      output.result({ path, error: { code, message } }, `${path}: ${message} (${code})`);
    }
  }
  return readable > 0 ? 0 : 1;
}

async function importModel(path: string, args: Arguments, { output, openCore }: CommandContext): Promise<0> {
  const typed = defined({ path, name: args.needText('name'), card: args.path('card') });
  const input = checkInput(modelMethods['models.import'].input, typed);
  const core = await openCore();
  const { modelId } = await core.client['models.import'](input);
  output.result({ model: modelId });
  return 0;
}
