import { loadFrame } from '../../loadFrame.ts';
import { detectBurnedIn } from './detectBurnedIn.ts';
import { greyOf } from './greyOf.ts';
import type { PixelBox } from './maskRectangles.ts';

/** A frame to be judged by a person. */
export interface MaskProposals {
  readonly rows: number;
  readonly columns: number;
  /** Every n-th pixel of the frame, in both directions, is in `pixels`. */
  readonly step: number;
  readonly shownRows: number;
  readonly shownColumns: number;
  /** 8-bit grey, row-major, as seen on a screen. */
  readonly pixels: Uint8Array;
  /** In pixels of the whole frame. */
  readonly proposals: readonly PixelBox[];
}

const longestSide = 1600;

/** A frame in grey with the text detector's boxes. Errors: those of `loadFrame`. */
export async function proposeMasks(address: string, frameNumber: number): Promise<MaskProposals> {
  const frame = await loadFrame(address, frameNumber);
  const { rows, columns } = frame;
  const grey = greyOf(frame.pixels, frame);
  const proposals = detectBurnedIn(frame.pixels, { rows, columns, samplesPerPixel: frame.samplesPerPixel });
  const step = Math.ceil(Math.max(rows, columns) / longestSide);
  const [shownRows, shownColumns] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  const pixels = Uint8Array.from({ length: shownRows * shownColumns }, (_, i) => {
    const row = Math.floor(i / shownColumns) * step;
    const value = grey[row * columns + (i % shownColumns) * step] ?? 0;
    return frame.isInverted ? 255 - value : value;
  });
  return { rows, columns, step, shownRows, shownColumns, pixels, proposals };
}
