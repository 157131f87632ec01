import { ImportResult, imageMethods } from '../../../contract/images.ts';
import { type CliCommand, checkInput, defined, resolvePath, UsageError } from '../command.ts';
import { finishJob } from '../followJob.ts';

export const importImages: CliCommand = {
  summary: 'take images into the workspace',
  usage: 'import PATH... [--metadata CSV] [--strict]',
  options: { metadata: { type: 'string' }, strict: { type: 'boolean' } },
  positionals: [0, Number.POSITIVE_INFINITY],
  run: async (args, context) => {
    const { output, openCore } = context;
    const input = defined({ paths: args.positionals.map(resolvePath), metadata: args.path('metadata') });
    if (input.paths.length === 0 && !input.metadata) throw new UsageError('name files or folders, or --metadata CSV');
    checkInput(imageMethods['imports.start'].input, input);
    const core = await openCore();
    const { jobId } = await core.client['imports.start'](input);
    const result = ImportResult.parse(await finishJob(core, jobId, context));
    output.result(result, describeImport(result));
    const isNothing = result.imported + result.skipped === 0;
    return isNothing || (args.flag('strict') && result.rejected.length > 0) ? 1 : 0;
  },
};

function describeImport(result: ImportResult): string {
  const { imported, skipped, rejected, findings, total } = result;
  return [
    ...rejected.map(({ path, code, message }) => `rejected ${path}: ${message} (${code})`),
    ...findings.map(({ code, message }) => `finding ${code}: ${message}`),
    `${imported} imported, ${skipped} already present, ${rejected.length} rejected`,
    `the workspace holds ${total.patients} patients, ${total.studies} studies, ${total.series} series, ${total.instances} instances`,
  ].join('\n');
}
