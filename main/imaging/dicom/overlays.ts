import type { OverlayPlane } from '../../domain/imageTypes.ts';
import { unpackBits } from '../pixels/unpackBits.ts';
import { withoutUndefined } from '../withoutUndefined.ts';
import type { ParsedFile } from './parseElements.ts';
import { numbersAt, textAt } from './readAttributes.ts';

/** An overlay as its group 60xx states it (PS3.3 C.9.2, C.9.3); its bits are read on demand. */
export interface OverlayHeader extends Omit<OverlayPlane, 'bits'> {
  /** Frames of the image that it lies over, from 1; all where absent. */
  readonly firstFrame: number;
  readonly frames: number | undefined;
  /** Its own packed bits, or the bit of each pixel cell that carries it. */
  readonly source: { readonly packed: Uint8Array } | { readonly bitPosition: number };
}

const groups = Array.from({ length: 16 }, (_, i) => ({
  group: 0x6000 + 2 * i,
  rowsTag: `x${(0x6000 + 2 * i).toString(16)}0010`,
}));

/** Overlays of all groups that state a size and have bits somewhere. */
export function readOverlays(parsed: ParsedFile): OverlayHeader[] {
  const overlays: OverlayHeader[] = [];
  for (const { group, rowsTag } of groups) {
    if (!parsed.elements[rowsTag]) continue;
    const overlay = readOverlay(parsed, group);
    if (overlay) overlays.push(overlay);
  }
  return overlays;
}

function readOverlay(parsed: ParsedFile, group: number): OverlayHeader | undefined {
  const { elements, bytes } = parsed;
  const at = (element: string) => elements[`x${group.toString(16)}${element}`];
  const number = (element: string, vr: 'US' | 'SS' | 'IS', index = 0) => numbersAt(at(element), vr, parsed)[index];
  const rows = number('0010', 'US');
  const columns = number('0011', 'US');
  if (!rows || !columns) return undefined;
  const data = at('3000');
  const bitPosition = number('0102', 'US') ?? 0;
  const bitsAllocated = number('0100', 'US') ?? 1;
  if (!data && (bitPosition === 0 || bitsAllocated < 2)) return undefined;
  return withoutUndefined({
    group,
    rows,
    columns,
    top: (number('0050', 'SS') ?? 1) - 1,
    left: (number('0050', 'SS', 1) ?? 1) - 1,
    kind: textAt(at('0040'), parsed) === 'R' ? ('region' as const) : ('graphic' as const),
    label: textAt(at('1500'), parsed) || textAt(at('0022'), parsed) || undefined,
    firstFrame: number('0051', 'US') ?? 1,
    frames: number('0015', 'IS'),
    source: data ? { packed: bytes.subarray(data.dataOffset, data.dataOffset + data.length) } : { bitPosition },
  }) as OverlayHeader;
}

/**
 * The overlays of one frame. `cells` gives the frame's pixel cells with all their bits, row-major, or undefined where there
 * are none (compressed pixels); it is asked only for overlays kept in them. Overlays cut short are left out.
 */
export function overlayPlanes(
  overlays: readonly OverlayHeader[],
  frameNumber: number,
  cells: () => ArrayLike<number> | undefined,
): OverlayPlane[] {
  return overlays.flatMap(({ source, firstFrame, frames, ...plane }) => {
    const index = frames === undefined ? 0 : frameNumber - firstFrame;
    if (index < 0 || index >= (frames ?? 1)) return [];
    const bits =
      'packed' in source ? unpackPlane(source.packed, index, plane) : bitOf(cells(), source.bitPosition, plane);
    return bits ? [{ ...plane, bits }] : [];
  });
}

type Size = Pick<OverlayPlane, 'rows' | 'columns'>;

function unpackPlane(packed: Uint8Array, index: number, { rows, columns }: Size): Uint8Array | undefined {
  const size = rows * columns;
  return packed.length * 8 < size * (index + 1) ? undefined : unpackBits(packed, size * index, size);
}

function bitOf(
  cells: ArrayLike<number> | undefined,
  position: number,
  { rows, columns }: Size,
): Uint8Array | undefined {
  if (!cells || cells.length !== rows * columns) return undefined;
  return Uint8Array.from(cells, (cell) => (cell >>> position) & 1);
}
