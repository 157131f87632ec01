import { type AcceptResult, ImportResult, importMethods, RelocateResult } from '../../../contract/imports.ts';
import { type CliCommand, type CommandContext, checkInput, defined, resolvePath, UsageError } from '../command.ts';
import { finishJob } from '../followJob.ts';
import { printable } from '../printable.ts';

export const importImages: CliCommand = {
  summary: 'take images into the workspace',
  usage: `import PATH... [--metadata CSV] [--copy] [--strict] | import --relocate FOLDER
    | import --accept-changed SERIES... --reason TEXT
    --copy      copies the images into the workspace; otherwise they stay where they are and are referenced
    --relocate  finds files of the workspace that were moved, below FOLDER, by their content
    --accept-changed  takes the new content of files of these series (UIDs) that were changed on purpose`,
  options: {
    metadata: { type: 'string' },
    copy: { type: 'boolean' },
    relocate: { type: 'string' },
    'accept-changed': { type: 'boolean' },
    reason: { type: 'string' },
    strict: { type: 'boolean' },
  },
  positionals: [0, Number.POSITIVE_INFINITY],
  run: async (args, context) => {
    const root = args.path('relocate');
    if (root !== undefined) {
      if (args.positionals.length > 0) throw new UsageError('--relocate takes its folder, and no other path');
      return relocate(root, context);
    }
    if (args.flag('accept-changed')) return accept(args.positionals, args.needText('reason'), context);
    if (args.text('reason') !== undefined) throw new UsageError('--reason goes with --accept-changed');
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

/** Never as part of an import: which series, and why, is said each time. */
async function accept(series: readonly string[], reason: string, context: CommandContext): Promise<0 | 1> {
  if (series.length === 0) throw new UsageError('name the series by their UIDs');
  const input = checkInput(importMethods['imports.acceptChanged'].input, { series: [...series], reason });
  const core = await context.openExistingCore();
  const result = await core.client['imports.acceptChanged'](input);
  context.output.result(result, describeAccepted(result));
  return result.rejected.length > 0 ? 1 : 0;
}

const describeAccepted = ({ accepted, predictionsRemoved, rejected }: AcceptResult): string =>
  [
    ...rejected.map(({ path, code, message }) => `not accepted ${printable(path)}: ${message} (${code})`),
    accepted === 0 ? 'no changed file was accepted' : `the new content of ${accepted} files is used from now on`,
    ...(predictionsRemoved > 0 ? [`${predictionsRemoved} predictions on the former pixels were removed`] : []),
  ].join('\n');

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
