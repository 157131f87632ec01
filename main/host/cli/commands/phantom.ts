import { z } from 'zod';
import { type CliCommand, checkInput } from '../command.ts';
import { loadStandalone } from '../standaloneApi.ts';

const Options = z.object({
  patients: z.number().int().min(1).max(2000),
  seed: z.number().int(),
  kinds: z.array(z.enum(['ct-nodule', 'mr-lesion', 'cr', 'ct-liver'])).min(1),
});

export const phantom: CliCommand = {
  summary: 'make synthetic patients with known truth',
  usage: 'phantom --out DIR [--patients 20] [--seed 1] [--kind ct-nodule|mr-lesion|cr|ct-liver]',
  options: {
    out: { type: 'string' },
    patients: { type: 'string' },
    seed: { type: 'string' },
    kind: { type: 'string', multiple: true },
  },
  positionals: [0, 0],
  run: async (args, { output, signal }) => {
    const out = args.needPath('out');
    const kinds = args.texts('kind').flatMap((kind) => kind.split(','));
    const options = Options.parse(
      checkInput(Options, {
        patients: args.number('patients') ?? 20,
        seed: args.number('seed') ?? 1,
        kinds: kinds.length > 0 ? kinds : ['ct-nodule'],
      }),
    );
    const { makePhantoms } = await loadStandalone();
    const onProgress = (fraction: number, message: string): void =>
      output.progress({ progress: { fraction, message } }, `${Math.round(fraction * 100)} % ${message}`);
    output.result(await makePhantoms({ out, ...options, signal, onProgress }));
    return 0;
  },
};
