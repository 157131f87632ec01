import { readFileSync } from 'node:fs';
import { DeidentifyOptions, DeidentifyResult } from '../../../contract/deidentify.ts';
import { ImportResult } from '../../../contract/imports.ts';
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
import { loadStandalone, type OutputLine } from '../standaloneApi.ts';

const flags = {
  'keep-patient-characteristics': 'keepPatientCharacteristics',
  'keep-device': 'keepDevice',
  'keep-institution': 'keepInstitution',
  'keep-uids': 'keepUids',
  'keep-safe-private': 'keepSafePrivate',
  'clean-descriptors': 'cleanDescriptors',
} as const;

export const deidentify: CliCommand = {
  summary: 'copies of DICOM files without what tells the patient (PS3.15 annex E)',
  usage: `deidentify PATH... --out DIR --passphrase-file FILE [--table FILE] [--shift-dates|--keep-dates]
    [--keep-patient-characteristics] [--keep-device] [--keep-institution] [--keep-uids] [--keep-safe-private]
    [--clean-descriptors] [--burned-in refuse|mask|accept] [--masks JSON] [--import] [--strict]`,
  options: {
    out: { type: 'string' },
    'passphrase-file': { type: 'string' },
    table: { type: 'string' },
    'keep-dates': { type: 'boolean' },
    'shift-dates': { type: 'boolean' },
    ...Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'boolean' as const }])),
    'burned-in': { type: 'string' },
    masks: { type: 'string' },
    import: { type: 'boolean' },
    strict: { type: 'boolean' },
  },
  positionals: [1, Number.POSITIVE_INFINITY],
  run: async (args, context) => {
    const options = optionsOf(args);
    const paths = args.positionals.map(resolvePath);
    if (args.flag('import')) return importCopies(paths, options, args.flag('strict'), context);
    const { output, spawnWorker, signal } = context;
    const { deidentifyPaths } = await loadStandalone();
    let [written, refused] = [0, 0];
    for await (const line of deidentifyPaths({ paths, options, spawnWorker, signal })) {
      if (line.error !== undefined) refused++;
      else if (line.file !== undefined) written++;
      output.result(line, describe(line));
    }
    return written === 0 || (args.flag('strict') && refused > 0) ? 1 : 0;
  },
};

/** Into the workspace only what has been de-identified: the copies are made first and then imported. */
async function importCopies(
  paths: readonly string[],
  options: DeidentifyOptions,
  isStrict: boolean,
  context: CommandContext,
): Promise<0 | 1> {
  const core = await context.openCore();
  const { jobId } = await core.client['deidentify.export']({ ...options, paths: [...paths], importCopies: true });
  const { importJobId, ...result } = DeidentifyResult.parse(await finishJob(core, jobId, context));
  const imported = importJobId && ImportResult.parse(await finishJob(core, importJobId, context));
  const added = imported ? imported.imported + imported.skipped : 0;
  context.output.result(
    { ...result, imported: imported ? imported.imported : 0 },
    `${describe(result)}; ${added} of the copies are in the workspace`,
  );
  return added === 0 || (isStrict && result.refused.length > 0) ? 1 : 0;
}

function optionsOf(args: Arguments): DeidentifyOptions {
  if (args.flag('keep-dates') && args.flag('shift-dates')) {
    throw new UsageError('dates are kept or shifted, not both');
  }
  const input = defined({
    out: args.needPath('out'),
    passphraseFile: args.needPath('passphrase-file'),
    table: args.path('table'),
    dates: args.flag('keep-dates') ? 'keep' : args.flag('shift-dates') ? 'shift' : 'remove',
    burnedIn: args.text('burned-in'),
    ...masksOf(args.path('masks')),
    ...Object.fromEntries(Object.entries(flags).map(([name, key]) => [key, args.flag(name)])),
  });
  return DeidentifyOptions.parse(checkInput(DeidentifyOptions, input));
}

/** {"<SOPInstanceUID or SeriesInstanceUID>": [{"left", "top", "width", "height"}...]}: a UID is one or the other. */
function masksOf(file: string | undefined): { readonly masks?: unknown; readonly seriesMasks?: unknown } {
  if (file === undefined) return {};
  try {
    const masks: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return { masks, seriesMasks: masks };
  } catch (cause) {
    throw new UsageError(`--masks: ${file} is not a JSON file that can be read`, { cause });
  }
}

function describe(line: OutputLine): string {
  const error = line.error as { code: string; message: string } | undefined;
  if (error) return `${String(line.path)}: ${error.message} (${error.code})`;
  if (typeof line.file === 'string') return `${String(line.path)} -> ${line.file}`;
  const refused = line.refused as readonly unknown[];
  return `${String(line.written)} files of ${String(line.patients)} patients written, ${refused.length} refused`;
}
