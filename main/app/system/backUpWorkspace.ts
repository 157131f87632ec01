import { realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { BackupResult } from '../../contract/system.ts';
import { AppError } from '../../domain/errors.ts';
import type { Store } from '../../store/store.ts';
import { databaseName } from '../../store/workspace/databaseName.ts';
import { writeDurably } from '../../store/workspace/durableFiles.ts';
import { version } from '../version.ts';
import { type BackupManifest, manifestName } from './backupManifest.ts';
import { copySummed, filesBelow, hashFile, isGone } from './copyFiles.ts';
import { makeWholeFolder } from './newFolder.ts';

/** What a workspace cannot be without; cache, logs and the copies before migrations can. */
const written = ['blobs', 'snapshots', 'runs', 'models'];
const imported = ['practice', 'uploads', 'images'];

/** Half-made files and folders, and the lock of a running training. */
const unfinished = /\.making-|\.tmp(-\d+)?$|^runs\/[^/]+\/lock$/;

type BackedUpFile = BackupManifest['files'][number];

/**
 * Copies the database first, then the files: those that it names were written before it named them and never change,
 * so that the copy is consistent although the workspace is worked in. Throws `conflict`, `invalid-input`, `disk-full`,
 * `cancelled`, `file-unreadable`.
 */
export async function backUpWorkspace(store: Store, out: string, signal: AbortSignal): Promise<BackupResult> {
  const folder = resolve(out);
  const { workspace } = store;
  if (isInside(workspace.path, folder))
    throw new AppError('invalid-input', 'A backup belongs outside the workspace folder.');
  return makeWholeFolder(folder, async (temporary) => {
    store.audit.record('workspace.backup-started', 'workspace', { folder });
    const copy = await workspace.backupDatabase(join(temporary, databaseName));
    const database = { path: databaseName, ...(await hashFile(join(temporary, databaseName))) };
    const files = [database, ...(await copyAll(workspace.path, temporary, signal))];
    const manifest: BackupManifest = {
      format: 'groundglass-backup',
      version: 1,
      createdAt: new Date().toISOString(),
      codeVersion: version,
      workspaceName: workspace.name,
      databaseVersion: copy.version,
      audit: copy.auditHead,
      files,
    };
    writeDurably(join(temporary, manifestName), Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`));
    return {
      folder,
      files: files.length,
      bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      audit: copy.auditHead,
      imagesOutside: imagesOutside(store),
    };
  });
}

const imagesOutside = ({ catalogue, workspace }: Store): number =>
  catalogue.instanceFiles().filter(({ address }) => !address.startsWith(workspace.path + sep)).length;

function isInside(folder: string, path: string): boolean {
  const way = relative(realpathSync(folder), realPathOf(path));
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way);
}

/** With the links of the part that exists resolved. */
function realPathOf(path: string): string {
  for (let part = resolve(path); ; part = dirname(part)) {
    try {
      return join(realpathSync(part), relative(part, resolve(path)));
    } catch (error) {
      if (dirname(part) === part) throw error;
    }
  }
}

async function copyAll(from: string, to: string, signal: AbortSignal): Promise<BackedUpFile[]> {
  const copied: BackedUpFile[] = [];
  for (const folder of [...written, ...imported]) {
    for await (const path of filesBelow(from, folder)) {
      if (written.includes(folder) && unfinished.test(path)) continue;
      const sum = await copyUnlessGone(join(from, path), join(to, path), signal);
      if (sum !== undefined) copied.push({ path, ...sum });
    }
  }
  return copied;
}

/** A training replaces its checkpoints, a failed upload is taken away: neither is in the database. */
async function copyUnlessGone(from: string, to: string, signal: AbortSignal) {
  try {
    return await copySummed(from, to, signal);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
