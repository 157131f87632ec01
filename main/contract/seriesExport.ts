import { z } from 'zod';
import { command } from './define.ts';
import { JobRef, SeriesUid } from './values.ts';

/** Result of exporting a series; a job of kind `series-export`. */
export const SeriesExportResult = z.object({
  files: z.array(z.string()),
  /** columns, rows, slices, times */
  shape: z.array(z.number()).length(4),
  dtype: z.string(),
  /** Row-major 4x4, (column, row, slice, 1) to RAS mm as the file says; absent where the images have no place in space. */
  affineRas: z.array(z.number()).length(16).optional(),
  /** What a reader of the file has to know, in plain sentences. */
  notes: z.array(z.string()),
  /** Lesions in label maps. */
  lesions: z.number(),
});
export type SeriesExportResult = z.output<typeof SeriesExportResult>;

export const seriesExportMethods = {
  /**
   * One stack of a series as NIfTI-1: stored values with their scale, voxel by voxel as in the images. `lesions` adds, for
   * each reader, a label map of the drawn lesions on the same grid, and lesions.csv.
   */
  'series.export': command(
    z.object({
      seriesInstanceUid: SeriesUid,
      format: z.literal('nifti').default('nifti'),
      /** From 0, as in `series.get`. */
      stack: z.number().int().nonnegative().default(0),
      out: z.string().min(1),
      compress: z.boolean().default(true),
      /** Moves the slices of a gantry-tilted stack onto a straight grid: interpolated within each slice. */
      straighten: z.boolean().default(false),
      lesions: z.boolean().default(false),
    }),
    JobRef,
  ),
};
