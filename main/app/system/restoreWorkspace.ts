import { join, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { openStore } from '../../store/openStore.ts';
import { type BackupManifest, readBackupManifest } from './backupManifest.ts';
import { copySummed, isGone } from './copyFiles.ts';
import { makeWholeFolder } from './newFolder.ts';

export interface RestoreRequest {
  readonly backup: string;
  readonly workspace: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (fraction: number, message: string) => void;
}

export interface Restored {
  readonly workspace: string;
  readonly files: number;
  readonly bytes: number;
  readonly createdAt: string;
  readonly audit: { readonly seq: number; readonly hash: string };
}

/**
 * Makes a workspace of a backup in a new folder, every file checked against the manifest and the audit log against its
 * head, before the folder appears. Throws `conflict` (something is there), `file-not-found` (no backup),
 * `workspace-damaged`, `workspace-too-new`, `disk-full`, `cancelled`.
 */
export async function restoreWorkspace(request: RestoreRequest): Promise<Restored> {
  const backup = resolve(request.backup);
  const workspace = resolve(request.workspace);
  const manifest = readBackupManifest(backup);
  return makeWholeFolder(workspace, async (temporary) => {
    const bytes = await copyChecked(manifest, backup, temporary, request);
    checkAudit(temporary, manifest);
    const { createdAt, audit, files } = manifest;
    return { workspace, files: files.length, bytes, createdAt, audit };
  });
}

async function copyChecked(
  { files }: BackupManifest,
  from: string,
  to: string,
  { signal, onProgress }: RestoreRequest,
): Promise<number> {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  for (const { path, sizeBytes, sha256 } of files) {
    const copied = await copySummed(join(from, path), join(to, path), signal).catch((cause: unknown) => {
      if (isGone(cause)) throw damaged(path, 'is missing', cause);
      throw cause;
    });
    if (copied.sizeBytes !== sizeBytes || copied.sha256 !== sha256) throw damaged(path, 'was changed');
    done += sizeBytes;
    onProgress?.(total === 0 ? 1 : done / total, path);
  }
  return total;
}

const damaged = (path: string, how: string, cause?: unknown): AppError =>
  new AppError('workspace-damaged', `The backup is damaged: ${path} ${how}. Nothing was restored.`, { cause });

/** Opens the copy, so that what is wrong with it is found before it is called a workspace. */
function checkAudit(folder: string, { audit }: BackupManifest): void {
  const store = openStore(folder, { kind: 'restore' });
  try {
    const { isIntact, problem } = store.audit.verify(audit);
    if (!isIntact) throw new AppError('workspace-damaged', `The audit log of the backup is damaged: ${problem}.`);
  } finally {
    store.close();
  }
}
