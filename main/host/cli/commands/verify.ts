import type { CliCommand } from '../command.ts';
import { describeChecks } from '../describeChecks.ts';

export const verify: CliCommand = {
  summary: 'check that labels, datasets, models and images are there and unchanged',
  usage: 'verify [--files]\n    --files also reads every image and compares it with what was imported',
  options: { files: { type: 'boolean' } },
  positionals: [0, 0],
  run: async (args, { output, openExistingCore, signal }) => {
    const { client } = await openExistingCore();
    const { ok, checks } = await client['system.verify']({ files: args.flag('files') }, signal);
    const verdict = ok ? 'the workspace is intact' : 'the workspace is NOT intact';
    output.result({ ok, checks }, `${describeChecks(checks)}\n${verdict}`);
    return ok ? 0 : 1;
  },
};
