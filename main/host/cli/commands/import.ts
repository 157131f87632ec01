import { ImportResult, importMethods, RelocateResult } from '../../../contract/imports.ts';
import { type CliCommand, type CommandContext, checkInput, defined, resolvePath, UsageError } from '../command.ts';
import { finishJob } from '../followJob.ts';
import { printable } from '../printable.ts';

export const importImages: CliCommand = {
  summary: 'take images into the workspace',
  usage: `import PATH... [--metadata CSV] [--copy] [--strict] | import --relocate FOLDER
    --copy      copies the images into the workspace; otherwise they stay where they are and are referenced
    --relocate  finds files of the workspace that were moved, below FOLDER, by their content`,
  options: {
    metadata: { type: 'string' },
    copy: { type: 'boolean' },
    relocate: { type: 'string' },
    strict: { type: 'boolean' },
  },
  positionals: [0, Number.POSITIVE_INFINITY],
  run: async (args, context) => {
    const root = args.path('relocate');
    if (root !== undefined) {
      if (args.positionals.length > 0) throw new UsageError('--relocate takes its folder, and no other path');
      return relocate(root, context);
    }
    const { output, openCore } = context;
    const input = defined({
      paths: args.positionals.map(resolvePath),
      metadata: args.path('metadata'),
      copy: args.flag('copy') || undefined,
    });
    if (input.paths.length === 0 && !input.metadata) throw new UsageError('name files or folders, or --metadata CSV');
    checkInput(importMethods['imports.start'].input, input);
    const core = await openCore();
    const { jobId } = await core.client['imports.start'](input);
    const result = ImportResult.parse(await finishJob(core, jobId, context));
    output.result(result, describeImport(result));
    const isNothing = result.imported + result.skipped === 0;
    return isNothing || (args.flag('strict') && result.rejected.length > 0) ? 1 : 0;
  },
};

async function relocate(root: string, context: CommandContext): Promise<0 | 1> {
  const core = await context.openExistingCore();
  const { jobId } = await core.client['imports.relocate']({ root });
  const result = RelocateResult.parse(await finishJob(core, jobId, context));
  context.output.result(result, describeRelocation(result));
  return result.stillMissing > 0 ? 1 : 0;
}

const describeRelocation = ({ relocated, stillMissing, rejected }: RelocateResult): string =>
  [
    ...rejected.map(({ path, code, message }) => `rejected ${printable(path)}: ${message} (${code})`),
    `${relocated} found again, ${stillMissing} still missing or changed`,
  ].join('\n');

function describeImport(result: ImportResult): string {
  const { imported, skipped, rejected, findings, total } = result;
  return [
    ...rejected.map(({ path, code, message }) => `rejected ${printable(path)}: ${message} (${code})`),
    ...findings.map(({ code, message }) => `finding ${code}: ${message}`),
    `${imported} imported, ${skipped} already present, ${rejected.length} rejected`,
    `the workspace holds ${total.patients} patients, ${total.studies} studies, ${total.series} series, ${total.instances} instances`,
  ].join('\n');
}
