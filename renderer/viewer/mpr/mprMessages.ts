import type { VolumeSlice } from '../../../main/domain/volume/assembleVolume.ts';
import type { Cut, CutPixels } from '../../../main/domain/volume/cut.ts';
import type { VolumeShape } from '../../../main/domain/volume/volume.ts';

/** Page to worker: all slices in order, then `assemble`, then any number of cuts. */
export type MprRequest =
  | { readonly kind: 'slice'; readonly slice: VolumeSlice }
  | { readonly kind: 'assemble'; readonly shape: VolumeShape }
  | { readonly kind: 'cut'; readonly id: number; readonly cut: Cut };

/** The line and range of the assembled voxels. */
export interface VoxelScale {
  readonly slope: number;
  readonly intercept: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Worker to page. */
export type MprAnswer =
  | ({ readonly kind: 'assembled' } & VoxelScale)
  | ({ readonly kind: 'cut'; readonly id: number } & CutPixels)
  | { readonly kind: 'failed'; readonly id: number | undefined; readonly message: string };
