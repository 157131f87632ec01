import type { BackupResult } from '../../../contract/system.ts';
import type { CliCommand } from '../command.ts';

export const backup: CliCommand = {
  summary: 'copy the workspace into a new folder, also while it is open',
  usage: 'backup --out FOLDER',
  options: { out: { type: 'string' } },
  positionals: [0, 0],
  run: async (args, { output, openExistingCore, signal }) => {
    const out = args.needPath('out');
    const { client } = await openExistingCore();
    output.progress({ progress: { message: 'copying' } }, 'copying ...');
    const result = await client['system.backup']({ out }, signal);
    output.result(result, describeBackup(result));
    return 0;
  },
};

function describeBackup({ folder, files, bytes, audit, imagesOutside }: BackupResult): string {
  const lines = [`${files} files, ${(bytes / 1e6).toFixed(1)} MB, audit log up to entry ${audit.seq}, in ${folder}`];
  if (imagesOutside > 0)
    lines.push(
      `${imagesOutside} images lie outside the workspace folder and are not in the backup: keep their files, too`,
    );
  return lines.join('\n');
}
