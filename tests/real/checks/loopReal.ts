import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { inTemporaryFolder, type Line, succeed } from '../../../bench/commandLine.ts';
import { corpus, csvText, type Row, readCsv } from '../data.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';

const numberOf = (cell: string | undefined): number => Number(cell ?? Number.NaN);

interface Comparison {
  readonly series: string;
  readonly quantity: string;
  readonly expected: string;
  readonly got: string;
  readonly isRight: boolean;
}

/** One line of `series` against the row of series.csv that an independent reader wrote. */
function compareSeries(row: Row, line: Line | undefined): Comparison[] {
  const series = row.folder ?? '';
  const exactly = (quantity: string, expected: unknown, got: unknown): Comparison => {
    const [left, right] = [JSON.stringify(expected), JSON.stringify(got ?? null)];
    return { series, quantity, expected: left, got: right, isRight: left === right };
  };
  const about = (quantity: string, expected: number, got: unknown, tolerance: number): Comparison => {
    const isRight = typeof got === 'number' && Math.abs(got - expected) <= tolerance;
    return { series, quantity, expected: String(expected), got: String(got), isRight };
  };
  const isUniform = row.uniform === '1';
  const spacing = (line?.spacingMm as (number | null)[] | null)?.[0];
  const codes = ((line?.findings ?? []) as { code: string }[]).map(({ code }) => code).sort();
  const dz = (numberOf(row.dz_min) + numberOf(row.dz_max)) / 2;
  return [
    exactly('modality', row.modality, line?.modality),
    exactly('shape', row.volume_shape?.split('x').map(Number), line?.shape),
    exactly('frames', numberOf(row.n_files), line?.frames),
    exactly('positions', numberOf(row.n_positions), line?.positions),
    exactly('frames per position', numberOf(row.frames_per_position), line?.framesPerPosition),
    about('tilt, degrees', numberOf(row.angle_origin_line_vs_normal_deg), line?.tiltDegrees, 0.1),
    isUniform ? about('slice distance, mm', dz, spacing, 0.01) : exactly('slice distance', null, spacing),
    exactly('has an affine', isUniform, line?.affine != null),
    exactly('findings', isUniform ? [] : ['gantry-tilt', 'variable-spacing'], codes),
  ];
}

const labelColumns = ['reader', 'scope', 'series_uid', 'sop_uid', 'frame', 'label', 'value', 'geometry'];

const ellipse = {
  type: 'ellipse',
  points: [
    [100.5, 90],
    [180.25, 150],
  ],
  frame: 1,
};
const lengthEnds = [
  [10.5, 20],
  [40.25, 33],
] as const;

/** [column, row] of an image in mm LPS (PS3.3 C.7.6.2.1.1), from the manifest and not through the program. */
function toPatient(file: Row, [column, row]: readonly [number, number]): number[] {
  const [position = [], orientation = [], [rowMm = 0, columnMm = 0] = []] = [
    file.ipp,
    file.iop,
    file.pixel_spacing,
  ].map((cell) => JSON.parse(cell ?? '[]') as number[]);
  return [0, 1, 2].map(
    (axis) =>
      (position[axis] ?? 0) + (orientation[axis] ?? 0) * columnMm * column + (orientation[axis + 3] ?? 0) * rowMm * row,
  );
}

/** A label of each scope that a series has: series, image, and on the tilted CT an ellipse and a length given in mm. */
function someLabels(folder: string, expected: readonly Row[], ctAnswer: string): string {
  const files = readCsv(path.join(folder, 'manifest.csv'));
  const rows = expected.flatMap((row) => {
    const file = files.find((one) => one.series_uid === row.series_uid && one.instance_number === '14') ?? {};
    const sop = file.sop_instance_uid ?? '';
    const length = {
      type: 'length',
      space: 'patient',
      points: lengthEnds.map((end) => toPatient(file, end)),
      frame: 1,
    };
    const isCt = row.modality === 'CT';
    const drawn = [
      ['two', 'lesion', '', sop, 1, 'Spot', 'bright', JSON.stringify(ellipse)],
      ['two', 'lesion', '', sop, 1, 'Width', 'wide', JSON.stringify(length)],
    ];
    return [
      ['one', 'series', row.series_uid ?? '', '', '', 'Quality', isCt ? ctAnswer : 'good', ''],
      ['one', 'image', '', sop, 1, 'Level', isCt ? 'skull' : 'brain', ''],
      ...(isCt ? drawn : []),
    ];
  });
  return csvText(labelColumns, rows);
}

/** Largest distance in pixels between where a lesion was said to lie and where it lies now. */
function displacement(rows: readonly Row[], label: string, points: readonly (readonly number[])[]): number {
  const drawn = JSON.parse(rows.find((row) => row.label === label)?.geometry || '{}') as { points?: number[][] };
  const distances = points.map((point, i) =>
    Math.hypot(...point.map((value, axis) => value - (drawn.points?.[i]?.[axis] ?? Number.NaN))),
  );
  return Math.max(...distances);
}

const counts = (line: Line): string =>
  ['rows', 'added', 'revised', 'unchanged'].map((name) => `${name} ${line[name]}`).join(', ');

/** Labels in, out again in another process, in once more, one answer changed. */
async function labelLoop(folder: string, root: string, expected: readonly Row[]) {
  const workspace = path.join(root, 'workspace');
  const csv = path.join(root, 'labels.csv');
  const take = async (file: string) => (await succeed(['labels', 'import', file], { workspace })).last;
  writeFileSync(csv, someLabels(folder, expected, 'poor'));
  const first = await take(csv);
  const again = await take(csv);
  const out = path.join(root, 'labels-out');
  await succeed(['labels', 'export', '--format', 'csv', '--out', out], { workspace });
  const exported = path.join(out, 'labels.csv');
  const back = await take(exported);
  const rows = readCsv(exported);
  writeFileSync(csv, someLabels(folder, expected, 'good'));
  const changed = await take(csv);
  const shifts = {
    ellipse: displacement(rows, 'Spot', ellipse.points),
    length: displacement(rows, 'Width', lengthEnds),
  };
  return { first, again, back, changed, rows, shifts };
}

export const loopReal: Check = {
  name: 'loop-real',
  title: 'Real series through the command line: import, geometry, labels',
  run: async (tell): Promise<Report> => {
    const folder = corpus('series');
    if (!folder) return skipped('The corpus series is not on this machine.');
    const expected = readCsv(path.join(folder, 'series.csv'));
    const files = readCsv(path.join(folder, 'manifest.csv')).length;
    return inTemporaryFolder(async (root) => {
      const workspace = path.join(root, 'workspace');
      const first = await succeed(['import', folder], { workspace });
      tell(`imported ${first.last.imported} files in ${first.seconds.toFixed(1)} s`);
      const second = await succeed(['import', folder], { workspace });
      const series = await succeed(['series'], { workspace });
      const comparisons = expected.flatMap((row) => {
        const lines = series.lines.filter((line) => line.seriesInstanceUid === row.series_uid);
        return compareSeries(row, lines.length === 1 ? lines[0] : undefined);
      });
      const wrong = comparisons.filter(({ isRight }) => !isRight);
      tell(`${comparisons.length - wrong.length} of ${comparisons.length} facts of geometry as expected`);
      const labels = await labelLoop(folder, root, expected);
      const asked = Number(labels.first.rows);
      return {
        ...verdictOf({
          [`all ${files} files go in`]: first.last.imported === files,
          'the import tells of the tilt and of the varying distances': ['gantry-tilt', 'variable-spacing'].every(
            (code) => (first.last.findings as { code: string }[]).some((finding) => finding.code === code),
          ),
          'the second import adds nothing': second.last.imported === 0 && second.last.skipped === files,
          'and leaves the totals alone': JSON.stringify(first.last.total) === JSON.stringify(second.last.total),
          [`${expected.length} series come out as one stack each`]: series.lines.length === expected.length,
          'their geometry is that of series.csv': wrong.length === 0,
          'every label goes in': labels.first.added === asked,
          'the same labels again add nothing': labels.again.unchanged === asked && labels.again.added === 0,
          'another process reads them all': labels.rows.length === asked,
          'the ellipse comes back where it was drawn': labels.shifts.ellipse === 0,
          'a length given in mm on the tilted CT lies within 0.01 pixels': labels.shifts.length < 0.01,
          'exported labels taken in again change nothing': labels.back.unchanged === asked,
          'one changed answer is one revision': labels.changed.revised === 1 && labels.changed.added === 0,
        }),
        notes: [
          `Import ${first.seconds.toFixed(1)} s, second import ${second.seconds.toFixed(1)} s`,
          `Displacement in pixels: ellipse ${labels.shifts.ellipse}, length from mm ${labels.shifts.length.toExponential(1)}`,
          `Labels: first ${counts(labels.first)}; again ${counts(labels.again)}; changed ${counts(labels.changed)}`,
        ],
        tables: [
          {
            title: 'Geometry against series.csv',
            columns: ['series', 'quantity', 'expected', 'got', 'right'],
            rows: comparisons.map((c) => [c.series, c.quantity, c.expected, c.got, c.isRight ? 'yes' : 'NO']),
          },
        ],
      };
    });
  },
};
