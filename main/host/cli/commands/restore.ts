import { type CliCommand, resolvePath, UsageError } from '../command.ts';

export const restore: CliCommand = {
  summary: 'make a workspace of a backup, in a new folder',
  usage: 'restore FOLDER --workspace NEW',
  options: {},
  positionals: [1, 1],
  run: async (args, { output, workspacePath, signal }) => {
    if (args.text('workspace') === undefined) throw new UsageError('--workspace is missing: where to restore it');
    const { restoreWorkspace } = await import('../../../app/system/restoreWorkspace.ts');
    const backup = resolvePath(args.positionals[0] ?? '');
    const onProgress = (fraction: number, message: string): void =>
      output.progress({ progress: { fraction, message } }, `${Math.round(fraction * 100)} % ${message}`);
    const restored = await restoreWorkspace({ backup, workspace: workspacePath, signal, onProgress });
    const { files, createdAt } = restored;
    output.result(
      restored,
      `${files} files of the backup of ${createdAt} are in ${workspacePath}, all as they were written`,
    );
    return 0;
  },
};
