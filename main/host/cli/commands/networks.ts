import type { NetworkCost, NetworkDescription } from '../../../contract/networks.ts';
import { NetworkInput, networkMethods } from '../../../contract/networks.ts';
import { type Arguments, type CliCommand, type CommandContext, checkInput, defined } from '../command.ts';

export const networks: CliCommand = {
  summary: 'list the networks with what they cost, or look inside one',
  usage: 'networks [ARCHITECTURE|MODEL] [--size 128] [--channels 1|3] [--classes 2] [--batch 16]',
  options: {
    size: { type: 'string' },
    channels: { type: 'string' },
    classes: { type: 'string' },
    batch: { type: 'string' },
  },
  positionals: [0, 1],
  run: (args, context) => {
    const [name] = args.positionals;
    return name === undefined ? list(inputOf(args), context) : describe(name, inputOf(args), context);
  },
};

function inputOf(args: Arguments) {
  const { size, channels, classes, batchSize } = {
    ...{ size: args.number('size'), channels: args.number('channels') },
    ...{ classes: args.number('classes'), batchSize: args.number('batch') },
  };
  return checkInput(NetworkInput, defined({ size, channels, classes, batchSize }));
}

type Input = ReturnType<typeof inputOf>;

function count(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  return value >= 1e3 ? `${(value / 1e3).toFixed(0)} k` : String(value);
}

const cost = ({ parameters, multiplyAdds, trainingBytes }: NetworkCost | NetworkDescription): string =>
  `${count(parameters)} weights, ${count(multiplyAdds)} multiply-adds an image, about ${Math.round(trainingBytes / 1e6)} MB to train`;

/** One line a network: what it is for, and what it costs for the input asked about. */
async function list(input: Input, { output, openCore }: CommandContext): Promise<0> {
  const { client } = await openCore();
  const listed = await client['networks.list'](input);
  for (const network of listed.networks)
    output.result(
      network,
      `${network.id.padEnd(18)} ${network.refusal ?? cost(network)}\n${' '.repeat(19)}${network.description}`,
    );
  return 0;
}

async function describe(name: string, input: Input, { output, openCore }: CommandContext): Promise<0> {
  const { client } = await openCore();
  const { networks: known } = await client['networks.list']({ size: 512 });
  const isArchitecture = known.some(({ id }) => id === name);
  const asked = checkInput(
    networkMethods['networks.describe'].input,
    isArchitecture ? { ...input, architecture: name } : { ...input, modelId: name },
  );
  const described = await client['networks.describe'](asked);
  output.result(
    described,
    [`${described.title}: ${described.description}`, cost(described), ...stageLines(described)].join('\n'),
  );
  return 0;
}

const stageLines = ({ inputShape, stages }: NetworkDescription): string[] => [
  `  ${'Input'.padEnd(20)} ${inputShape.join(' x ')}`,
  ...stages.map(({ title, shape, parameters, multiplyAdds, receptiveField, layer }) => {
    const sees = receptiveField === undefined ? '' : `, sees ${receptiveField} px`;
    return `  ${title.padEnd(20)} ${shape.join(' x ').padEnd(16)} ${count(parameters).padStart(8)} weights ${count(multiplyAdds).padStart(8)} multiply-adds${sees}${layer ? `  (${layer})` : ''}`;
  }),
];
