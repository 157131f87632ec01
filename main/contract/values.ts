import { z } from 'zod';
import {
  type ImageId,
  isUid,
  type SeriesInstanceUid,
  type SopInstanceUid,
  type StudyInstanceUid,
} from '../domain/ids.ts';
import type { StoredPixels } from '../domain/imageTypes.ts';

/** Value schemas shared by the families of the contract. */
const uid = z.string().refine(isUid, 'not a DICOM UID');
export const StudyUid = uid.transform((value) => value as StudyInstanceUid);
export const SeriesUid = uid.transform((value) => value as SeriesInstanceUid);
export const SopUid = uid.transform((value) => value as SopInstanceUid);
export const ImageIdText = z.string().transform((value) => value as ImageId);

/** Ids made by Groundglass: a short prefix that names the kind, then a random or content part. */
export const Id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'not an id');
export const FrameNumber = z.number().int().positive();
export const Timestamp = z.string().describe('ISO 8601, UTC');
export const None = z.object({});
export const JobRef = z.object({ jobId: Id });

/** Typed arrays of any buffer kind (the generic parameter of `z.instanceof` would narrow it). */
export const Uint8 = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'not bytes');
export const Float32 = z.custom<Float32Array>((value) => value instanceof Float32Array, 'not a Float32Array');
export const Uint16 = z.custom<Uint16Array>((value) => value instanceof Uint16Array, 'not a Uint16Array');
export const Pixels = z.custom<StoredPixels>(
  (value) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  'not a typed array',
);

/** A value with its 95 % interval; `method` names how the interval was made. */
export const Interval = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  method: z.string(),
});
export type Interval = z.output<typeof Interval>;

/** Something odd about data that is kept and shown, as opposed to an error. */
export const DataFinding = z.object({
  code: z.string(),
  message: z.string(),
  severity: z.enum(['info', 'warning']),
  patientId: z.string().optional(),
  seriesInstanceUid: z.string().optional(),
  sopInstanceUid: z.string().optional(),
  count: z.number().int().optional(),
});
export type DataFinding = z.output<typeof DataFinding>;
