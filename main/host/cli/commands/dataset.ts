import { z } from 'zod';
import { CaseCounts, datasetMethods, Excluded } from '../../../contract/datasets.ts';
import { DataFinding } from '../../../contract/values.ts';
import { type Arguments, type CliCommand, checkInput, defined, UsageError } from '../command.ts';
import { finishJob } from '../followJob.ts';

const Created = z.object({
  snapshot: z.string(),
  hash: z.string(),
  counts: CaseCounts,
  excluded: z.array(Excluded),
  findings: z.array(DataFinding),
});

export const dataset: CliCommand = {
  summary: 'freeze labelled images into a snapshot for training',
  usage: `dataset create --target LABEL [--task classification | regression | multi-label --also LABEL,... | ordinal [--grades LEAST,...,MOST]] [--unit study|series|image|lesion]
    [--split 0.7,0.15,0.15 | --split-file CSV | --folds K [--repeats R | --nested INNER] | --leave-out COLUMN] [--seed 1] [--size 128] [--resize fit|stretch] [--crop MM]
    [--window C,W] [--channels 1|3] [--reader NAME] [--positive VALUE] [--frame middle|largest-lesion]
    [--slices N [--slice-extent series|lesion]]
    [--phase NAME=word|word,order:N,echo:N,b:VALUE ...]   series of a study as channels, in this order; words are looked for in
                                                          the series description and protocol name`,
  options: {
    ...Object.fromEntries(
      ['target', 'task', 'unit', 'split', 'split-file', 'folds', 'seed', 'size', 'resize', 'crop', 'window'].map(text),
    ),
    ...Object.fromEntries(
      [
        'also',
        'channels',
        'reader',
        'positive',
        'frame',
        'repeats',
        'nested',
        'leave-out',
        'grades',
        'slices',
        'slice-extent',
      ].map(text),
    ),
    phase: { type: 'string', multiple: true },
  },
  positionals: [1, 1],
  run: async (args, context) => {
    const { output, openCore } = context;
    if (args.positionals[0] !== 'create') throw new UsageError('dataset create --target LABEL ...');
    const input = checkInput(datasetMethods['datasets.create'].input, recipe(args));
    const core = await openCore();
    const { jobId } = await core.client['datasets.create'](input);
    const created = Created.parse(await finishJob(core, jobId, context));
    const excluded = created.excluded.map(({ code, n }) => ({ code, n }));
    output.result({ ...created, excluded }, describeSnapshot(created));
    return 0;
  },
};

function text(name: string): [string, { type: 'string' }] {
  return [name, { type: 'string' }];
}

function recipe(args: Arguments): object {
  const [center, width] = args.numbers('window') ?? [];
  return defined({
    target: args.needText('target'),
    task: args.text('task') === 'multilabel' ? 'multi-label' : args.text('task'),
    also: names(args, 'also'),
    unit: args.text('unit'),
    partition: partition(args),
    seed: args.number('seed'),
    size: args.number('size'),
    resize: args.text('resize'),
    cropMm: args.number('crop'),
    window: args.text('window') === undefined ? undefined : { center, width },
    channels: args.number('channels'),
    reader: args.text('reader'),
    positive: args.text('positive'),
    grades: names(args, 'grades'),
    frame: args.text('frame'),
    slices: slices(args),
    phases: phases(args),
  });
}

/** `arterial=art|early,order:2`: words stand alone, the rest says what it is. */
function phase(given: string): object {
  const [name = '', rest = ''] = given.split(/=(.*)/s);
  const parts = rest.split(',').map((part) => part.trim());
  const numbered = (key: string): number | undefined => {
    const found = parts.find((part) => part.startsWith(`${key}:`));
    return found === undefined ? undefined : Number(found.slice(key.length + 1));
  };
  const words = parts
    .filter((part) => part !== '' && !/^(order|echo|b):/.test(part))
    .flatMap((part) => part.split('|'));
  return defined({
    name,
    words: words.length > 0 ? words : undefined,
    order: numbered('order'),
    echo: numbered('echo'),
    bValue: numbered('b'),
  });
}

function phases(args: Arguments): object[] | undefined {
  const given = args.texts('phase');
  return given.length > 0 ? given.map(phase) : undefined;
}

function slices(args: Arguments): object | undefined {
  const [count, extent] = [args.number('slices'), args.text('slice-extent')];
  if (count === undefined && extent !== undefined) throw new UsageError('--slice-extent goes with --slices');
  return count === undefined ? undefined : defined({ count, extent });
}

const names = (args: Arguments, option: string): string[] | undefined =>
  args
    .text(option)
    ?.split(',')
    .map((name) => name.trim());

function partition(args: Arguments): object | undefined {
  const given = ['split', 'split-file', 'folds', 'leave-out'].filter((name) => args.text(name) !== undefined);
  if (given.length > 1) throw new UsageError(`--${given.join(' and --')} exclude each other`);
  const path = args.path('split-file');
  if (path) return { kind: 'file', path };
  const by = args.text('leave-out');
  const [folds, repeats, inner] = [args.number('folds'), args.number('repeats'), args.number('nested')];
  if (folds === undefined && (repeats !== undefined || inner !== undefined))
    throw new UsageError('--repeats and --nested go with --folds');
  if (repeats !== undefined && inner !== undefined) throw new UsageError('--repeats and --nested exclude each other');
  if (by !== undefined) return { kind: 'leave-out', by };
  if (folds !== undefined) return { kind: 'folds', folds, ...defined({ repeats, inner }) };
  const parts = args.numbers('split');
  if (!parts) return undefined;
  const [train = 0, val = 0, test = 0] = parts;
  if (parts.length !== 3 || Math.abs(train + val + test - 1) > 1e-6 || Math.min(train, val, test) < 0)
    throw new UsageError('--split takes three parts that add up to 1, such as 0.7,0.15,0.15');
  return { kind: 'split', train, val, test };
}

function describeSnapshot({ snapshot, hash, counts, excluded, findings }: z.output<typeof Created>): string {
  const lines = Object.entries(counts).flatMap(([split, classes]) =>
    Object.entries(classes).map(
      ([name, { cases, patients }]) => `${split}  ${name}: ${cases} cases of ${patients} patients`,
    ),
  );
  return [
    ...lines,
    ...excluded.map(({ n, message }) => `left out ${n}: ${message}`),
    ...findings.map(({ message }) => `note: ${message}`),
    `snapshot ${snapshot} (${hash})`,
  ].join('\n');
}
