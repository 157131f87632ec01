import type { CliCommand } from '../command.ts';
import { describeChecks } from '../describeChecks.ts';

export const doctor: CliCommand = {
  summary: 'check engines, devices, disk and versions',
  usage: 'doctor',
  options: {},
  positionals: [0, 0],
  run: async (_args, { output, openCore }) => {
    const { client } = await openCore();
    const { version } = await client['system.capabilities']({});
    const { workspacePath } = await client['system.status']({});
    const { checks } = await client['system.doctor']({});
    output.result({ version, node: process.versions.node, workspace: workspacePath, checks }, describeChecks(checks));
    return checks.some(({ state }) => state === 'failed') ? 1 : 0;
  },
};
