import path from 'node:path';
import { type Line, runCommand } from '../../../bench/commandLine.ts';
import { corpus, type Row, readCsv } from '../data.ts';
import { type Check, type Report, skipped, type Table, verdictOf } from '../report.ts';

/** Uncompressed, deflated, RLE, JPEG lossless, JPEG-LS lossless, JPEG 2000 lossless: to be reproduced bit for bit. */
const exact = new Set(
  ['', '.1', '.1.99', '.2', '.5', '.8.1', '.4.57', '.4.70', '.4.80', '.4.90'].map((tail) => `1.2.840.10008.1.2${tail}`),
);

type Outcome = 'equal' | 'near' | 'refused' | 'no image' | 'shown' | 'wrong';

const outcomes: readonly Outcome[] = ['equal', 'near', 'refused', 'no image', 'shown', 'wrong'];

const codeOf = (line: Line | undefined): string | undefined => (line?.error as { code?: string } | undefined)?.code;

function isEqual(row: Row, line: Line): boolean {
  const shape = (line.array_shape as number[] | null)?.join('x');
  const type = row.array_dtype?.replace('>i2', 'int16');
  return line.px_sha256 === row.px_sha256 && shape === row.array_shape && line.array_dtype === type;
}

/** A lossy decoder may round otherwise: mean and largest value close by, same shape. */
function isNear(row: Row, line: Line): boolean {
  const range = Number(row.px_max) - Number(row.px_min);
  const shape = (line.array_shape as number[] | null)?.join('x');
  const isMeanNear = Math.abs(Number(line.px_mean) - Number(row.px_mean)) < 0.002 * range + 0.15;
  return (
    shape === row.array_shape && isMeanNear && Math.abs(Number(line.px_max) - Number(row.px_max)) <= 0.02 * range + 1
  );
}

/** What became of one file, held against what the manifest says has to happen. */
function judge(row: Row, line: Line | undefined): Outcome {
  const code = codeOf(line);
  if (!line || code === 'internal') return 'wrong';
  const hasPixels = typeof line.px_sha256 === 'string';
  if (row.expect?.startsWith('ok')) {
    const isExact = exact.has(row.transfer_syntax || '1.2.840.10008.1.2');
    if (hasPixels) return isEqual(row, line) ? 'equal' : !isExact && isNear(row, line) ? 'near' : 'wrong';
    return isExact || !code ? 'wrong' : 'refused';
  }
  if (code) return 'refused';
  return hasPixels ? 'shown' : 'no image';
}

interface Judged {
  readonly row: Row;
  readonly line: Line | undefined;
  readonly outcome: Outcome;
}

function bySyntax(judged: readonly Judged[]): Table {
  const names = [...new Set(judged.map(({ row }) => row.transfer_syntax_name || '(none)'))].sort();
  const rows = names.map((name) => {
    const these = judged.filter(({ row }) => (row.transfer_syntax_name || '(none)') === name);
    return [name, these.length, ...outcomes.map((outcome) => these.filter((one) => one.outcome === outcome).length)];
  });
  const total = ['all', judged.length, ...outcomes.map((o) => judged.filter(({ outcome }) => outcome === o).length)];
  return { title: 'Files by transfer syntax', columns: ['syntax', 'files', ...outcomes], rows: [...rows, total] };
}

function listed(title: string, judged: readonly Judged[]): Table[] {
  if (judged.length === 0) return [];
  const rows = judged.map(({ row, line }) => [
    row.file ?? '',
    row.transfer_syntax_name ?? '',
    row.expect ?? '',
    codeOf(line) ?? (line ? `${line.decodes ?? ''} ${line.array_shape ?? ''}` : 'no line'),
  ]);
  return [{ title, columns: ['file', 'syntax', 'expected', 'got'], rows }];
}

export const zoo: Check = {
  name: 'zoo',
  title: 'Stored values of the DICOM zoo, through the command line',
  run: async (tell): Promise<Report> => {
    const folder = corpus('dicom-zoo');
    if (!folder) return skipped('The corpus dicom-zoo is not on this machine.');
    const manifest = readCsv(path.join(folder, 'manifest.csv'));
    const { code, lines, seconds } = await runCommand(['inspect', folder, '--pixels'], { limitSeconds: 580 });
    tell(`inspect ended with ${code} after ${seconds.toFixed(1)} s, ${lines.length} lines`);
    const byFile = new Map(lines.map((line) => [path.relative(folder, String(line.path)), line]));
    const judged = manifest.map((row): Judged => {
      const line = byFile.get(row.file ?? '');
      return { row, line, outcome: judge(row, line) };
    });
    const count = (wanted: Outcome): number => judged.filter(({ outcome }) => outcome === wanted).length;
    const mustEqual = judged.filter(
      ({ row }) => row.expect?.startsWith('ok') && exact.has(row.transfer_syntax || '1.2.840.10008.1.2'),
    );
    const equal = mustEqual.filter(({ outcome }) => outcome === 'equal').length;
    return {
      ...verdictOf({
        [`all ${mustEqual.length} good files of a lossless syntax have the expected sha256 (${equal} do)`]:
          equal === mustEqual.length,
        [`all ${manifest.length} files have a line`]: judged.every(({ line }) => line !== undefined),
        [`no file is wrong (${count('wrong')} are)`]: count('wrong') === 0,
        'the command ended by itself with exit code 0': code === 0,
      }),
      notes: [
        'equal: shape, type and sha256 of the stored values as in the manifest; near: lossy syntax, same shape, mean and ' +
          'maximum within tolerance; refused: an error code; no image: listed without pixels; shown: pixels of a file that ' +
          'the manifest lets be shown with a warning; wrong: anything else',
        `Time of the command: ${seconds.toFixed(1)} s`,
      ],
      tables: [
        bySyntax(judged),
        ...listed(
          'Wrong',
          judged.filter(({ outcome }) => outcome === 'wrong'),
        ),
        ...listed(
          'Refused',
          judged.filter(({ outcome }) => outcome === 'refused'),
        ),
        ...listed(
          'Shown although damaged',
          judged.filter(({ outcome }) => outcome === 'shown'),
        ),
      ],
    };
  },
};
