import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { isWorkspace } from '../../store/workspace/databaseName.ts';
import { settingsFolder } from './settingsFolder.ts';

const RecentFile = z.object({ workspaces: z.array(z.string()) });
const keep = 10;

const recentFile = (): string => join(settingsFolder(), 'recent.json');

/** Workspaces opened lately that still exist, newest first. */
export async function recentWorkspaces(): Promise<{ path: string; name: string }[]> {
  const paths = await readPaths();
  return paths.filter((path) => isWorkspace(path)).map((path) => ({ path, name: basename(path) }));
}

export async function rememberWorkspace(path: string): Promise<void> {
  const paths = [path, ...(await readPaths()).filter((known) => known !== path)].slice(0, keep);
  await mkdir(dirname(recentFile()), { recursive: true });
  await writeFile(recentFile(), JSON.stringify({ workspaces: paths }, undefined, 2));
}

async function readPaths(): Promise<string[]> {
  const text = await readFile(recentFile(), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  const parsed = RecentFile.safeParse(jsonOrUndefined(text));
  return parsed.success ? parsed.data.workspaces : []; // a damaged list of conveniences is started anew
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
