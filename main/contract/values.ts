import { z } from 'zod';
import {
  type ImageId,
  isUid,
  type SeriesInstanceUid,
  type SopInstanceUid,
  type StudyInstanceUid,
} from '../domain/ids.ts';

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

/** Fails only for values that are no typed array at all; the frame codec keeps the element type. */
export const Uint8 = z.instanceof(Uint8Array);
export const Float32 = z.instanceof(Float32Array);
export const StoredPixels = z.union([
  z.instanceof(Uint8Array),
  z.instanceof(Int8Array),
  z.instanceof(Uint16Array),
  z.instanceof(Int16Array),
  z.instanceof(Uint32Array),
  z.instanceof(Int32Array),
  z.instanceof(Float32Array),
  z.instanceof(Float64Array),
]);

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
