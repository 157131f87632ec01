import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';

export const manifestName = 'backup.json';

/** A path that stays inside the backup, whoever wrote it. */
const InnerPath = z.string().refine((path) => {
  const parts = path.split('/');
  return !parts.some((part) => part === '' || part === '.' || part === '..' || /[\\\0]|^[A-Za-z]:/.test(part));
}, 'leads out of the backup');

/** backup.json: what a backup folder holds. */
export const BackupManifest = z.object({
  format: z.literal('groundglass-backup'),
  version: z.literal(1),
  createdAt: z.string(),
  codeVersion: z.string(),
  workspaceName: z.string(),
  /** Of the database's format. */
  databaseVersion: z.number().int(),
  audit: z.object({ seq: z.number().int(), hash: z.string() }),
  files: z.array(z.object({ path: InnerPath, sizeBytes: z.number().int(), sha256: z.string() })),
});
export type BackupManifest = z.output<typeof BackupManifest>;

/** Throws `file-not-found`, `workspace-damaged`. */
export function readBackupManifest(folder: string): BackupManifest {
  let text: string;
  try {
    text = readFileSync(join(folder, manifestName), 'utf8');
  } catch (cause) {
    throw new AppError('file-not-found', `This is no backup: the folder has no ${manifestName}.`, { cause });
  }
  try {
    return BackupManifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('workspace-damaged', `${manifestName} of this backup cannot be read.`, { cause });
  }
}
