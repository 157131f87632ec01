import { modelMethods } from '../../../contract/models.ts';
import { type CliCommand, checkInput, UsageError } from '../command.ts';

export const exportModel: CliCommand = {
  summary: 'write a model and its card into a folder',
  usage: 'export-model --model ID --out DIR [--format onnx]',
  options: { model: { type: 'string' }, out: { type: 'string' }, format: { type: 'string' } },
  positionals: [0, 0],
  run: async (args, { output, openCore }) => {
    const format = args.text('format') ?? 'onnx';
    if (format !== 'onnx') throw new UsageError(`--format is onnx, not "${format}"`);
    const typed = { modelId: args.needText('model'), out: args.needPath('out') };
    const input = checkInput(modelMethods['models.export'].input, typed);
    const core = await openCore();
    output.result(await core.client['models.export'](input));
    return 0;
  },
};
