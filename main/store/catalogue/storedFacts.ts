import { z } from 'zod';
import type { InstanceFacts, PatientFacts, SeriesFacts, Stack, StudyFacts } from '../../domain/imageTypes.ts';

/**
 * Facts lie in the database as JSON. On reading, the members that the program cannot do without are checked; the rest
 * was written by the same types and passes through.
 */
const Patient = z.looseObject({ patientId: z.string() });
const Study = z.looseObject({ studyInstanceUid: z.string(), patientId: z.string() });
const Series = z.looseObject({ seriesInstanceUid: z.string(), studyInstanceUid: z.string(), modality: z.string() });
const Instance = z.looseObject({
  sopInstanceUid: z.string(),
  seriesInstanceUid: z.string(),
  studyInstanceUid: z.string(),
  format: z.enum(['dicom', 'png', 'jpeg', 'nifti']),
  address: z.string(),
  fileSha256: z.string(),
  hasPixels: z.boolean(),
  frameCount: z.number(),
  isLossy: z.boolean(),
  frames: z.array(z.looseObject({ frameNumber: z.number() })),
});
const Stacks = z.array(
  z.looseObject({
    stackId: z.string(),
    frames: z.array(z.looseObject({ sopInstanceUid: z.string(), frameNumber: z.number() })),
    shape: z.tuple([z.number(), z.number(), z.number()]),
  }),
);

export const parsePatient = (json: string): PatientFacts => Patient.parse(JSON.parse(json)) as PatientFacts;
export const parseStudy = (json: string): StudyFacts => Study.parse(JSON.parse(json)) as StudyFacts;
export const parseSeries = (json: string): SeriesFacts => Series.parse(JSON.parse(json)) as SeriesFacts;
export const parseInstance = (json: string): InstanceFacts =>
  Instance.parse(JSON.parse(json)) as unknown as InstanceFacts;
export const parseStacks = (json: string): readonly Stack[] => Stacks.parse(JSON.parse(json)) as unknown as Stack[];
