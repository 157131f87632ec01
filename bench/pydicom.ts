import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const peerScript = path.join(import.meta.dirname, 'pydicomPeer.py');

export interface PydicomTimes {
  readonly seconds: number;
  /** Of its processor: what others do on the machine counts for less. */
  readonly processorSeconds: number;
  /** Decoding alone, by file; null where pydicom has no decoder. */
  readonly files: Readonly<Record<string, number | null>>;
  readonly version: string;
}

/** One process that reads all files, its start not counted; undefined where pydicom is not installed (GROUNDGLASS_PYTHON). */
export function runPydicom(
  what: 'headers' | 'pixels',
  files: readonly string[],
  folder: string,
): PydicomTimes | undefined {
  const list = path.join(folder, 'list.json');
  writeFileSync(list, JSON.stringify(files));
  const python = process.env.GROUNDGLASS_PYTHON ?? 'python3';
  const { status, stdout } = spawnSync(python, [peerScript, what, list], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return status === 0 ? JSON.parse(stdout) : undefined;
}
