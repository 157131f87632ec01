import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Bench, type BenchResult, rounds } from './bench.ts';
import { inTemporaryFolder, succeed } from './commandLine.ts';
import { summarise } from './numbers.ts';

const patients = 100;

interface Import {
  readonly rate: number;
  readonly againRate: number;
  readonly peakMiB: number | undefined;
}

/** A new workspace each time: first import, then the same folder again. */
async function importOnce(folder: string, workspace: string): Promise<Import> {
  const first = await succeed(['import', folder], { workspace });
  const again = await succeed(['import', folder], { workspace });
  if (first.last.imported !== again.last.skipped) throw new Error('the second import did not skip what the first took');
  const { peakResidentBytes } = first;
  return {
    rate: Number(first.last.imported) / first.seconds,
    againRate: Number(again.last.skipped) / again.seconds,
    peakMiB: peakResidentBytes && peakResidentBytes / 2 ** 20,
  };
}

export const importFiles: Bench = {
  name: 'import',
  title: 'Import of a folder of small DICOM files through the command line',
  run: (tell): Promise<BenchResult> =>
    inTemporaryFolder(async (root) => {
      const folder = path.join(root, 'phantoms');
      const made = (await succeed(['phantom', '--out', folder, `--patients=${patients}`])).last;
      const imports: Import[] = [];
      for (let round = 0; round < rounds(5); round++) {
        const one = await importOnce(folder, path.join(root, `workspace-${round}`));
        imports.push(one);
        tell(`${one.rate.toFixed(0)} files/s, again ${one.againRate.toFixed(0)} files/s`);
      }
      const peaks = imports.flatMap(({ peakMiB }) => peakMiB ?? []);
      const kib = Math.round(Number(made.bytes) / Number(made.files) / 1024);
      return {
        conditions: `${made.files} files of about ${kib} KiB, ${patients} patients, a new workspace each time, the start of the process included`,
        figures: [
          { quantity: 'first import', unit: 'files/s', own: summarise(imports.map(({ rate }) => rate)) },
          { quantity: 'the same folder again', unit: 'files/s', own: summarise(imports.map((one) => one.againRate)) },
          ...(peaks.length > 0
            ? [{ quantity: 'peak resident memory of all processes', unit: 'MiB', own: summarise(peaks) }]
            : []),
        ],
        notes: ['Resident memory is added up over the processes; pages that they share count in each.'],
      };
    }),
};

const many = 10_000;

/** Copies of one patient's files under other UIDs and patients, written in place: as long as the original, and as valid. */
function multiply(from: string, to: string, count: number): number {
  const originals = readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.dcm'))
    .map((name) => readFileSync(path.join(from, name)));
  for (let i = 0; i < count; i++) {
    const bytes = Buffer.from(originals[i % originals.length] ?? []);
    const copy = Math.floor(i / originals.length);
    const folder = path.join(to, String(copy));
    if (i % originals.length === 0) mkdirSync(folder, { recursive: true });
    renumber(bytes, String(copy).padStart(6, '0'));
    writeFileSync(path.join(folder, `${i % originals.length}.dcm`), bytes);
  }
  return count;
}

/** Six digits within every UID, and the patient's number. */
function renumber(bytes: Buffer, digits: string): void {
  const places = (text: string): number[] => {
    const found: number[] = [];
    for (let at = bytes.indexOf(text); at >= 0 && at < 4096; at = bytes.indexOf(text, at + 1)) found.push(at);
    return found;
  };
  for (const at of places('2.25.')) bytes.write(digits, at + 12, 'latin1');
  for (const at of places('GGP-')) bytes.write(digits.slice(-4), at + 4, 'latin1');
}

export const importMany: Bench = {
  name: 'import-many',
  title: 'Import of 10,000 DICOM files through the command line',
  run: (tell): Promise<BenchResult> =>
    inTemporaryFolder(async (root) => {
      await succeed(['phantom', '--out', path.join(root, 'phantom'), '--patients=1']);
      const folder = path.join(root, 'many');
      multiply(path.join(root, 'phantom'), folder, many);
      tell('files written');
      const imports: Import[] = [];
      for (let round = 0; round < rounds(1); round++) {
        const one = await importOnce(folder, path.join(root, `workspace-${round}`));
        imports.push(one);
        tell(
          `${one.rate.toFixed(0)} files/s, again ${one.againRate.toFixed(0)} files/s, ${one.peakMiB?.toFixed(0)} MiB`,
        );
      }
      const peaks = imports.flatMap(({ peakMiB }) => peakMiB ?? []);
      return {
        conditions: `${many} files of about 73 KiB, a new workspace each time, headers and contents, the start of the process included`,
        figures: [
          { quantity: 'first import', unit: 'files/s', own: summarise(imports.map(({ rate }) => rate)) },
          { quantity: 'the same folder again', unit: 'files/s', own: summarise(imports.map((one) => one.againRate)) },
          ...(peaks.length > 0
            ? [{ quantity: 'peak resident memory of all processes', unit: 'MiB', own: summarise(peaks) }]
            : []),
        ],
        notes: ['Resident memory is added up over the processes; pages that they share count in each.'],
      };
    }),
};
