import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { openDicom } from '../main/imaging/dicom/openDicom.ts';
import { readHeader } from '../main/imaging/dicom/readHeader.ts';
import { type Bench, type BenchResult, type Figure, rounds } from './bench.ts';
import { inTemporaryFolder } from './commandLine.ts';
import { decodeWithDcmjs, startDcmjsCodecs } from './decodingPeers.ts';
import { projectRoot } from './machine.ts';
import { summarise } from './numbers.ts';
import { runPydicom } from './pydicom.ts';

const zoo = path.resolve(projectRoot, '../shared/data/dicom-zoo');

/** Rounds before those that count: they make machine code of ours, as a worker of the program has it after its first images. */
const warmUp = 3;

interface Sample {
  readonly file: string;
  readonly syntax: string;
  readonly megapixels: number;
}

/** The good files of the zoo that have pixels we decode. */
function samplesOf(): Sample[] {
  const manifest: Record<string, string>[] = parse(readFileSync(path.join(zoo, 'manifest.csv')), { columns: true });
  const good = manifest.filter(
    (row) => row.decodes === 'yes' && row.expect?.startsWith('ok') && row.transfer_syntax_name,
  );
  return good.map((row) => {
    const file = path.join(zoo, row.file ?? '');
    const { layout } = openDicom(readHeader(readFileSync(file)));
    return {
      file,
      syntax: row.transfer_syntax_name ?? '',
      megapixels: (layout.rows * layout.columns * layout.frames) / 1e6,
    };
  });
}

/** Seconds of decoding all frames, header parsed before. */
async function ownSeconds(file: string): Promise<number> {
  const image = openDicom(readHeader(readFileSync(file)));
  const started = performance.now();
  for (let frame = 1; frame <= image.layout.frames; frame++) await image.decode(frame);
  return (performance.now() - started) / 1000;
}

/** The same by the peer; undefined where it cannot. */
function dcmjsSeconds(file: string): number | undefined {
  const header = readHeader(readFileSync(file));
  const started = performance.now();
  try {
    decodeWithDcmjs(header);
    return (performance.now() - started) / 1000;
  } catch {
    return undefined;
  }
}

type Times = ReadonlyMap<string, number>;

interface Round {
  readonly own: Times;
  readonly dcmjs: Times;
  readonly pydicom: Times;
}

const timesOf = (pairs: readonly (readonly [string, number | undefined | null])[]): Times =>
  new Map(pairs.flatMap(([file, seconds]) => (typeof seconds === 'number' ? [[file, seconds] as const] : [])));

/** Own speed over the files that both decode, beside the peer's. */
function compare(
  name: string,
  samples: readonly Sample[],
  results: readonly Round[],
  of: (round: Round) => Times,
): Figure[] {
  const common = samples.filter(({ file }) => results.every((round) => of(round).has(file)));
  if (common.length === 0) return [];
  const megapixels = common.reduce((sum, sample) => sum + sample.megapixels, 0);
  const speed = (times: Times): number =>
    megapixels / common.reduce((sum, { file }) => sum + (times.get(file) ?? 0), 0);
  const own = results.map((round) => speed(round.own));
  const peer = results.map((round) => speed(of(round)));
  const ratio = own.map((value, i) => value / (peer[i] ?? Number.NaN));
  const quantity = `${samples[0]?.syntax}, beside ${name} (${common.length} files)`;
  return [{ quantity, unit: 'Mpixel/s', own: summarise(own), peer: summarise(peer), ratio: summarise(ratio) }];
}

/** Megapixels per second of decoding, per transfer syntax, over the good files of the DICOM zoo. */
export const decoding: Bench = {
  name: 'decoding',
  title: 'Decoding of the DICOM zoo by transfer syntax',
  run: (tell): Promise<BenchResult> =>
    inTemporaryFolder(async (root) => {
      await startDcmjsCodecs();
      const samples = samplesOf();
      const files = samples.map(({ file }) => file);
      const results: Round[] = [];
      let version: string | undefined;
      for (let round = -warmUp; round < rounds(5); round++) {
        const own: (readonly [string, number])[] = [];
        const dcmjs: (readonly [string, number | undefined])[] = [];
        for (const file of files) {
          own.push([file, await ownSeconds(file)]);
          dcmjs.push([file, dcmjsSeconds(file)]);
        }
        tell(`round ${round + 1}`);
        if (round < 0) continue;
        const python = runPydicom('pixels', files, root);
        version = python?.version;
        const pydicom = Object.entries(python?.files ?? {});
        results.push({ own: timesOf(own), dcmjs: timesOf(dcmjs), pydicom: timesOf(pydicom) });
      }
      const figures = [...Map.groupBy(samples, ({ syntax }) => syntax).values()].flatMap((group): Figure[] => {
        const megapixels = group.reduce((sum, sample) => sum + sample.megapixels, 0);
        const speeds = results.map(
          ({ own }) => megapixels / group.reduce((sum, { file }) => sum + (own.get(file) ?? 0), 0),
        );
        const all = {
          quantity: `${group[0]?.syntax} (${group.length} files)`,
          unit: 'Mpixel/s',
          own: summarise(speeds),
        };
        const beside = [
          ...compare('dcmjs-codecs', group, results, (r) => r.dcmjs),
          ...compare('pydicom', group, results, (r) => r.pydicom),
        ];
        return beside.length > 0 ? beside : [all];
      });
      return {
        conditions:
          'all frames of each file, one process each, headers parsed before, three rounds before those counted; the peers only over the files that they decode, too',
        peerName: 'peer',
        figures,
        notes: [
          'dcmjs-codecs 0.0.8 is what dcmjs-imaging decodes with (WebAssembly); it gets the joined fragments and gives bytes. Native pixels have no decoder there.',
          version
            ? `pydicom ${version} with Pillow and numpy; syntaxes without a row beside it have no decoder there.`
            : 'pydicom is not installed: no such peer (GROUNDGLASS_PYTHON).',
        ],
      };
    }),
};
