import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { openDicom } from '../main/imaging/dicom/openDicom.ts';
import { readHeader } from '../main/imaging/dicom/readHeader.ts';
import { indexFile } from '../main/imaging/indexFile.ts';
import { type Bench, type BenchResult, type Figure, rounds } from './bench.ts';
import { inTemporaryFolder } from './commandLine.ts';
import { projectRoot } from './machine.ts';
import { summarise } from './numbers.ts';

const shared = path.resolve(projectRoot, '../shared/data');
const peerScript = path.join(import.meta.dirname, 'pydicomPeer.py');

/** Seconds that pydicom needs in a process of its own, its start not counted; undefined where it is not installed. */
function peerSeconds(what: 'headers' | 'pixels', list: string): { seconds: number; version: string } | undefined {
  const python = process.env.GROUNDGLASS_PYTHON ?? 'python3';
  const { status, stdout } = spawnSync(python, [peerScript, what, list], { encoding: 'utf8' });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

/** Copies of the real series in one folder, to have files enough. */
function manyFiles(root: string, copies: number): string[] {
  const originals = ['series', 'seg'].flatMap((name) => dicomFilesUnder(path.join(shared, name)));
  return Array.from({ length: copies }, (_, copy) => {
    const folder = path.join(root, String(copy));
    mkdirSync(folder);
    return originals.map((file, i) => {
      const target = path.join(folder, `${i}.dcm`);
      writeFileSync(target, readFileSync(file));
      return target;
    });
  }).flat();
}

function dicomFilesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.dcm'))
    .map((name) => path.join(folder, name));
}

/** Files per second of `indexFile` without hashes against pydicom's dcmread(stop_before_pixels=True), one process each. */
export const headerIndexing: Bench = {
  name: 'headers',
  title: 'Reading DICOM headers',
  run: (tell): Promise<BenchResult> =>
    inTemporaryFolder(async (root) => {
      const files = manyFiles(root, 4);
      if (files.length === 0) throw new Error('the real series are not there (../shared/data)');
      const list = path.join(root, 'list.json');
      writeFileSync(list, JSON.stringify(files));
      const own: number[] = [];
      const peer: number[] = [];
      let version = '';
      for (let round = -1; round < rounds(5); round++) {
        const rate = files.length / (await ownHeaderSeconds(files));
        const other = peerSeconds('headers', list);
        if (round < 0) continue; // both have warmed the file cache, and we our code
        own.push(rate);
        if (other) peer.push(files.length / other.seconds);
        version = other?.version ?? '';
        tell(`${rate.toFixed(0)} files/s${other ? `, pydicom ${(files.length / other.seconds).toFixed(0)}` : ''}`);
      }
      const withHashes = [files.length / (await ownHeaderSeconds(files, true))];
      const hasPeer = peer.length === own.length;
      const ratio = own.map((rate, i) => rate / (peer[i] ?? Number.NaN));
      return {
        conditions: `${files.length} files (CT, MR; copies of 311), cached by the system, one process on each side, no hashes, pixels not read`,
        figures: [
          {
            quantity: 'headers read',
            unit: 'files/s',
            own: summarise(own),
            ...(hasPeer ? { peer: summarise(peer), ratio: summarise(ratio) } : {}),
          },
          { quantity: 'whole files indexed with their hashes', unit: 'files/s', own: summarise(withHashes) },
        ],
        notes: [
          hasPeer ? `The peer is pydicom ${version}.` : 'pydicom is not installed: no peer (GROUNDGLASS_PYTHON).',
        ],
      };
    }),
};

async function ownHeaderSeconds(files: readonly string[], withHashes = false): Promise<number> {
  const started = performance.now();
  for (const address of files) await indexFile({ address, withoutHashes: !withHashes });
  return (performance.now() - started) / 1000;
}

/** Megapixels per second of decoding, per transfer syntax, over the good files of the DICOM zoo; headers parsed before. */
export const decoding: Bench = {
  name: 'decoding',
  title: 'Decoding of the DICOM zoo by transfer syntax',
  run: async (tell): Promise<BenchResult> => {
    const manifest: Record<string, string>[] = parse(readFileSync(path.join(shared, 'dicom-zoo/manifest.csv')), {
      columns: true,
    });
    const good = manifest.filter((row) => row.decodes === 'yes' && row.expect?.startsWith('ok'));
    const syntaxes = [...new Set(good.map((row) => row.transfer_syntax_name ?? ''))].filter((name) => name !== '');
    const figures: Figure[] = [];
    for (const name of syntaxes) {
      const files = good.filter((row) => row.transfer_syntax_name === name).map((row) => row.file ?? '');
      const speeds: number[] = [];
      for (let round = -1; round < rounds(3); round++) {
        const speed = await decodingSpeed(files);
        if (round >= 0) speeds.push(speed);
      }
      figures.push({ quantity: `${name} (${files.length} files)`, unit: 'Mpixel/s', own: summarise(speeds) });
      tell(`${name}: ${summarise(speeds).median.toFixed(1)} Mpixel/s`);
    }
    return { conditions: 'all frames of each file, one process, files in memory', figures };
  },
};

async function decodingSpeed(files: readonly string[]): Promise<number> {
  let pixels = 0;
  let milliseconds = 0;
  for (const file of files) {
    const image = openDicom(readHeader(readFileSync(path.join(shared, 'dicom-zoo', file))));
    const started = performance.now();
    for (let frame = 1; frame <= image.layout.frames; frame++) await image.decode(frame);
    milliseconds += performance.now() - started;
    pixels += image.layout.rows * image.layout.columns * image.layout.frames;
  }
  return pixels / milliseconds / 1000;
}
