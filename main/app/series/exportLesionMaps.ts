import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Label } from '../../contract/labels.ts';
import type { Stack } from '../../domain/imageTypes.ts';
import { type DrawnOutline, type LesionGrid, type MappedLesion, mapLesions } from '../../domain/volume/lesionMap.ts';
import type { NiftiImage } from '../../imaging/nifti/niftiHeader.ts';
import { writeNifti } from '../../imaging/nifti/writeNifti.ts';
import type { Store } from '../../store/store.ts';

interface LesionExport {
  readonly stack: Stack;
  /** Of the images the maps belong to. */
  readonly image: NiftiImage;
  readonly out: string;
  readonly name: string;
  readonly suffix: string;
  /** The images were straightened: outlines on acquired images do not fit them. */
  readonly isMoved: boolean;
}

/** One label map per reader on the grid of the images (without time), and a table of what its values mean. */
export async function exportLesionMaps(
  store: Store,
  { stack, image, out, name, suffix, isMoved }: LesionExport,
): Promise<{ files: string[]; lesions: number; notes: string[] }> {
  if (isMoved) return { files: [], lesions: 0, notes: ['Lesions are exported on the acquired grid only.'] };
  const definitions = new Map(store.truth.definitions().map(({ id, name: title }) => [id, title]));
  const labels = store.truth.labelsOfSeries(stack.seriesInstanceUid).filter(({ scope }) => scope === 'lesion');
  const grid = gridOf(stack);
  const files: string[] = [];
  const rows: string[][] = [];
  const readers = [...Map.groupBy(labels, ({ readerId }) => readerId)];
  for (const [number, [, own]] of readers.entries()) {
    const drawn = own.flatMap((label) => outlineOf(label, stack));
    if (drawn.length === 0) continue;
    const { lesions, slices } = mapLesions(drawn, grid);
    const file = path.join(path.resolve(out), `${name}-lesions-${number + 1}${suffix}`);
    await writeNifti(
      file,
      { ...image, times: 1, dtype: 'uint16', isRgb: false, slope: 1, intercept: 0 },
      all(slices, image),
    );
    files.push(file);
    const reader = own[0]?.readerName ?? '';
    for (const lesion of lesions) rows.push(rowOf(lesion, path.basename(file), reader, definitions));
  }
  const lines = labels.length - labels.filter((label) => outlineOf(label, stack).length > 0).length;
  if (rows.length > 0) {
    const legend = path.join(path.resolve(out), `${name}-lesions.csv`);
    await mkdir(path.dirname(legend), { recursive: true });
    await writeFile(legend, [header, ...rows].map((cells) => `${cells.map(quoted).join(',')}\n`).join(''));
    files.push(legend);
  }
  const notes = lines > 0 ? [`${lines} lesions are lines or lie in other stacks: they have no area here.`] : [];
  return { files, lesions: rows.length, notes };
}

const header = [
  ...['file', 'voxel_value', 'question', 'value', 'reader', 'first_slice', 'last_slice', 'pixels'],
  ...['volume_mm3', 'volume_low_mm3', 'volume_high_mm3', 'label_ids'],
];

function rowOf(lesion: MappedLesion, file: string, reader: string, definitions: ReadonlyMap<string, string>): string[] {
  const [definitionId = '', value = ''] = lesion.kind.split('\n');
  const { volume } = lesion;
  const mm3 = (number: number | undefined): string => (number === undefined ? '' : number.toFixed(1));
  return [
    ...[file, String(lesion.value), definitions.get(definitionId) ?? definitionId, value, reader],
    ...[lesion.firstSlice + 1, lesion.lastSlice + 1, lesion.pixels].map(String),
    ...[mm3(volume?.volumeMm3), mm3(volume?.lowMm3), mm3(volume?.highMm3), lesion.labelIds.join(' ')],
  ];
}

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function gridOf(stack: Stack): LesionGrid {
  const [frames, rows, columns] = stack.shape;
  const [, row, column] = stack.spacingMm;
  const positions = [...new Set(stack.frames.map(({ positionMm }) => positionMm))].filter((mm) => mm !== undefined);
  return {
    rows,
    columns,
    pixelAreaMm2: row !== null && column !== null ? row * column : undefined,
    positionsMm: stack.positions > 0 ? positions : Array.from({ length: frames }, () => 0),
  };
}

/** Drawn in pixels of an image of this stack; lines have no area. */
function outlineOf(label: Label, stack: Stack): DrawnOutline[] {
  const { geometry, target } = label;
  if (geometry?.space !== 'image') return [];
  const { type, points } = geometry;
  if (type === 'length' || type === 'bidirectional') return [];
  const frameNumber = target.frameNumber ?? geometry.frame;
  const at = stack.frames.findIndex(
    (frame) => frame.sopInstanceUid === target.sopInstanceUid && frame.frameNumber === frameNumber,
  );
  if (at < 0) return [];
  const slice = Math.floor(at / Math.max(1, stack.positions > 0 ? (stack.framesPerPosition ?? 1) : 1));
  return [{ labelId: label.id, kind: `${label.definitionId}\n${label.value}`, slice, outline: { type, points } }];
}

async function* all(slices: ReadonlyMap<number, Uint16Array>, { rows, columns, slices: count }: NiftiImage) {
  const empty = new Uint16Array(rows * columns);
  for (let slice = 0; slice < count; slice++) yield slices.get(slice) ?? empty;
}
