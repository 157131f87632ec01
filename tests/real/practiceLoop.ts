import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type CommandOptions, succeed } from '../../bench/commandLine.ts';

export interface PracticeOptions extends CommandOptions {
  readonly root: string;
  readonly workspace: string;
  readonly patients: number;
  readonly size?: number;
  /** Gives each command's own `under`. */
  readonly underEach?: () => readonly string[];
}

export interface PracticeLoop {
  readonly phantoms: string;
  readonly snapshot: string;
  readonly hash: string;
}

/** Phantoms, import, labels and a snapshot of them, each step a command of its own. */
export async function practiceSnapshot(options: PracticeOptions): Promise<PracticeLoop> {
  const { root, workspace, patients, size = 64, underEach, ...how } = options;
  const phantoms = path.join(root, 'phantoms');
  const run = (...parameters: string[]) =>
    succeed(parameters, { ...how, workspace, ...(underEach && { under: underEach() }) });
  await run('phantom', '--out', phantoms, `--patients=${patients}`, '--seed=3', '--kind=ct-nodule');
  const patientFolders = readdirSync(phantoms, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'masks')
    .map((entry) => path.join(phantoms, entry.name));
  await run('import', ...patientFolders);
  await run('labels', 'import', path.join(phantoms, 'labels.csv'));
  const created = await run('dataset', 'create', '--target=nodule-image', `--size=${size}`, '--split=0.6,0.2,0.2');
  return { phantoms, snapshot: String(created.last.snapshot), hash: String(created.last.hash) };
}
