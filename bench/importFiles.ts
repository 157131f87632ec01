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
