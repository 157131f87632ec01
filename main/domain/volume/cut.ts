import type { ImagePlane } from './imagePlane.ts';

export type Projection = 'maximum' | 'minimum' | 'mean';

/** What is cut: a plane, or a slab of `thicknessMm` around it that is projected onto it. */
export interface Cut {
  readonly plane: ImagePlane;
  readonly thicknessMm: number;
  readonly projection: Projection;
  /** Samples are at most this far apart across the slab. */
  readonly sampleMm: number;
  /** 1: every pixel is computed; 2: every second one in both directions, the rest repeats it (`cutCoarse.ts`). */
  readonly coarseness: number;
  /** Voxel value outside of the volume. */
  readonly background: number;
}

/** Pixels of a cut, row-major, in the volume's voxel values; its range without what lies outside. */
export interface CutPixels {
  readonly pixels: Int16Array | Uint16Array;
  readonly minimum: number;
  readonly maximum: number;
}
