import type { VolumeSlice } from '../../../main/domain/volume/assembleVolume.ts';
import type { Cut, CutPixels } from '../../../main/domain/volume/cut.ts';
import type { VolumeShape } from '../../../main/domain/volume/volume.ts';

/** Page to worker: all slices in order, then `assemble`, then any number of cuts; those asked for together are answered together. */
export type MprRequest =
  | { readonly kind: 'slice'; readonly slice: VolumeSlice }
  | { readonly kind: 'assemble'; readonly shape: VolumeShape }
  | { readonly kind: 'cuts'; readonly cuts: readonly CutRequest[] };

export interface CutRequest {
  readonly id: number;
  readonly cut: Cut;
}

/** A cut, or why there is none. */
export type CutAnswer = { readonly id: number } & (CutPixels | { readonly message: string });

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
  | { readonly kind: 'cuts'; readonly cuts: readonly CutAnswer[] }
  | { readonly kind: 'failed'; readonly message: string };
