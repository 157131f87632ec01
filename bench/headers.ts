import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { indexFile } from '../main/imaging/indexFile.ts';
import { type Bench, type BenchResult, rounds } from './bench.ts';
import { inTemporaryFolder } from './commandLine.ts';
import { projectRoot } from './machine.ts';
import { summarise } from './numbers.ts';
import { type PydicomTimes, runPydicom } from './pydicom.ts';

const shared = path.resolve(projectRoot, '../shared/data');

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

interface OwnTimes {
  readonly seconds: number;
  readonly processorSeconds: number;
}

async function ownTimes(files: readonly string[], withoutHashes: boolean): Promise<OwnTimes> {
  const started = performance.now();
  const processor = process.cpuUsage();
  for (const address of files) await indexFile({ address, withoutHashes });
  const { user, system } = process.cpuUsage(processor);
  return { seconds: (performance.now() - started) / 1000, processorSeconds: (user + system) / 1e6 };
}

/** Files per second of the import's first step against pydicom's dcmread(stop_before_pixels=True), one process each. */
export const headerIndexing: Bench = {
  name: 'headers',
  title: 'Reading DICOM headers',
  run: (tell): Promise<BenchResult> =>
    inTemporaryFolder(async (root) => {
      const files = manyFiles(root, 4);
      if (files.length === 0) throw new Error('the real series are not there (../shared/data)');
      const own: OwnTimes[] = [];
      const peer: PydicomTimes[] = [];
      for (let round = -1; round < rounds(5); round++) {
        const mine = await ownTimes(files, true);
        const other = runPydicom('headers', files, root);
        if (round < 0) continue; // both have warmed the file cache, and we our code
        own.push(mine);
        if (other) peer.push(other);
        const theirs = other ? `, pydicom ${(files.length / other.seconds).toFixed(0)}` : '';
        tell(`${(files.length / mine.seconds).toFixed(0)} files/s${theirs}`);
      }
      const whole = await ownTimes(files, false);
      const figure = (quantity: string, of: (times: OwnTimes) => number) => {
        const [mine, theirs] = [
          own.map((times) => files.length / of(times)),
          peer.map((times) => files.length / of(times)),
        ];
        const ratio = mine.map((rate, i) => rate / (theirs[i] ?? Number.NaN));
        const others = theirs.length === mine.length ? { peer: summarise(theirs), ratio: summarise(ratio) } : {};
        return { quantity, unit: 'files/s', own: summarise(mine), ...others };
      };
      const version = peer[0]?.version;
      return {
        conditions: `${files.length} files (CT, MR, segmentations; copies of ${files.length / 4}), cached by the system, one process on each side, in turns, no hashes, pixels not read`,
        peerName: 'pydicom',
        figures: [
          figure('headers read', ({ seconds }) => seconds),
          figure('headers read, by processor time', ({ processorSeconds }) => processorSeconds),
          {
            quantity: 'whole files indexed with their hashes',
            unit: 'files/s',
            own: summarise([files.length / whole.seconds]),
          },
        ],
        notes: [
          version ? `The peer is pydicom ${version}.` : 'pydicom is not installed: no peer (GROUNDGLASS_PYTHON).',
        ],
      };
    }),
};
