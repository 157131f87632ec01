import { type CliCommand, resolvePath } from '../command.ts';
import { loadStandalone } from '../standaloneApi.ts';

export const inspect: CliCommand = {
  summary: 'what DICOM files hold, one line per file',
  usage: 'inspect PATH... [--pixels]',
  options: { pixels: { type: 'boolean' } },
  positionals: [1, Number.POSITIVE_INFINITY],
  run: async (args, { output, spawnWorker, signal }) => {
    const { inspectFiles } = await loadStandalone();
    const paths = args.positionals.map(resolvePath);
    for await (const line of inspectFiles({ paths, pixels: args.flag('pixels'), spawnWorker, signal }))
      output.result(line, describeFile(line));
    return 0;
  },
};

function describeFile(line: Readonly<Record<string, unknown>>): string {
  const error = line.error as { code: string; message: string } | undefined;
  const path = String(line.path);
  if (error) return `${path}: ${error.message} (${error.code})`;
  const size = line.rows ? `${Number(line.rows)}x${Number(line.cols)}` : undefined;
  const facts = [line.modality, size, line.transfer_syntax_name, line.px_sha256];
  return `${path}: ${facts.filter(Boolean).join(', ')}`;
}
