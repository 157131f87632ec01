import { writeFileSync } from 'node:fs';
import { type Arguments, type CliCommand, type CommandContext, defined, UsageError } from '../command.ts';
import { loadStandalone } from '../standaloneApi.ts';

const numbers = ['count', 'seed', 'size', 'images', 'batch', 'learning-rate', 'minutes', 'threads'];

export const backbone: CliCommand = {
  summary: 'make a network to start from out of formula-driven images, or look at such images',
  usage: `backbone images --out FILE.png [--count 64] [--size 64] [--seed 1]
  backbone pretrain --out DIR [--architecture resnet18] [--size 64] [--images 60000] [--batch 32] [--learning-rate 0.002]
    [--minutes N] [--seed 1] [--threads N]    Ctrl-C keeps what was learned`,
  options: {
    out: { type: 'string' },
    architecture: { type: 'string' },
    ...Object.fromEntries(numbers.map((name) => [name, { type: 'string' as const }])),
  },
  positionals: [1, 1],
  endsItself: true,
  run: (args, context) => {
    if (args.positionals[0] === 'images') return drawImages(args, context);
    if (args.positionals[0] === 'pretrain') return pretrain(args, context);
    throw new UsageError('backbone images, or backbone pretrain');
  },
};

async function drawImages(args: Arguments, { output }: CommandContext): Promise<0> {
  const out = args.needPath('out');
  const { drawFormulaSheet } = await loadStandalone();
  const count = args.number('count') ?? 64;
  const seed = args.number('seed') ?? 1;
  const size = args.number('size') ?? 64;
  if (!(count >= 1 && count <= 10_000 && size >= 16 && size <= 1024))
    throw new UsageError('--count is 1 to 10000, --size 16 to 1024');
  writeFileSync(out, drawFormulaSheet({ count, seed, size }));
  output.result({ png: out, images: count, seed, size });
  return 0;
}

async function pretrain(args: Arguments, { output, signal }: CommandContext): Promise<0> {
  const out = args.needPath('out');
  const recipe = defined({
    ...{ architecture: args.text('architecture'), size: args.number('size'), images: args.number('images') },
    ...{ batchSize: args.number('batch'), learningRate: args.number('learning-rate') },
    ...{ seed: args.number('seed'), threads: args.number('threads') },
  });
  const onProgress = (fraction: number, message: string): void =>
    output.progress({ progress: { fraction, message } }, `${Math.round(fraction * 100)} % ${message}`);
  const { makeBackbone } = await loadStandalone();
  const limit = defined({ minutes: args.number('minutes') });
  output.result(await makeBackbone({ out, recipe, ...limit, signal, onProgress }));
  return 0;
}
