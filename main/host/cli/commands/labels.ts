import { LabelsImportResult, labelMethods } from '../../../contract/labels.ts';
import {
  type Arguments,
  type CliCommand,
  type CommandContext,
  checkInput,
  defined,
  resolvePath,
  UsageError,
} from '../command.ts';
import { finishJob } from '../followJob.ts';

export const labels: CliCommand = {
  summary: 'take labels in from a CSV file, or write them out',
  usage: 'labels import CSV [--positive VALUE] [--strict]\n  labels export --format csv --out DIR',
  options: {
    positive: { type: 'string' },
    strict: { type: 'boolean' },
    format: { type: 'string' },
    out: { type: 'string' },
  },
  positionals: [1, 2],
  run: (args, context) => {
    const [verb, file] = args.positionals;
    if (verb === 'import' && file) return importLabels(resolvePath(file), args, context);
    if (verb === 'export' && !file) return exportLabels(args, context);
    throw new UsageError('labels import CSV, or labels export --format csv --out DIR');
  },
};

async function importLabels(path: string, args: Arguments, context: CommandContext): Promise<0 | 1> {
  const { output, openCore } = context;
  const input = defined({ path, positive: args.text('positive') });
  const core = await openCore();
  const { jobId } = await core.client['labels.import'](input);
  const result = LabelsImportResult.parse(await finishJob(core, jobId, context));
  const { rows, added, revised, unchanged, rejected } = result;
  const text = [
    ...rejected.map(({ row, code, message }) => `row ${row} rejected: ${message} (${code})`),
    `${rows} rows: ${added} added, ${revised} revised, ${unchanged} unchanged, ${rejected.length} rejected`,
  ];
  output.result(result, text.join('\n'));
  const isNothing = added + revised + unchanged === 0;
  return isNothing || (args.flag('strict') && rejected.length > 0) ? 1 : 0;
}

async function exportLabels(args: Arguments, { output, openCore }: CommandContext): Promise<0> {
  const typed = { format: args.needText('format'), out: args.needPath('out') };
  const input = checkInput(labelMethods['labels.export'].input, typed);
  const core = await openCore();
  output.result(await core.client['labels.export'](input));
  return 0;
}
