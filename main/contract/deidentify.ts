import { z } from 'zod';
import { command, query } from './define.ts';
import { Rejected } from './images.ts';
import { Id, JobRef, SeriesUid } from './values.ts';

/** PS3.15 annex E: the Basic Profile, and the options beyond it. */
export const DeidentifyOptions = z.object({
  /** Folder to write to; made where it is missing. Files are named by pseudonym and new UIDs. */
  out: z.string().min(1),
  /** Holds the passphrase of the pseudonym table: a secret in a command would end up in the audit log. */
  passphraseFile: z.string().min(1),
  /** The encrypted pseudonym table; beside `out`, with its name and `.pseudonyms.json`, where absent. Never inside `out`. */
  table: z.string().min(1).optional(),
  dates: z.enum(['remove', 'shift', 'keep']).default('remove'),
  keepPatientCharacteristics: z.boolean().default(false),
  keepDevice: z.boolean().default(false),
  keepInstitution: z.boolean().default(false),
  keepUids: z.boolean().default(false),
  keepSafePrivate: z.boolean().default(false),
  cleanDescriptors: z.boolean().default(false),
  /** Images that are likely to carry burned-in text: refused, masked where the detector finds text, or taken as they are. */
  burnedIn: z.enum(['refuse', 'mask', 'accept']).default('refuse'),
  /** Rectangles to fill in every frame, by the source's SOPInstanceUID, in pixels from 0. */
  masks: z
    .record(
      z.string(),
      z.array(
        z.object({
          left: z.number().int(),
          top: z.number().int(),
          width: z.number().int().positive(),
          height: z.number().int().positive(),
        }),
      ),
    )
    .default({}),
});
export type DeidentifyOptions = z.output<typeof DeidentifyOptions>;

/** Result of a de-identification job. */
export const DeidentifyResult = z.object({
  written: z.number(),
  patients: z.number(),
  refused: z.array(Rejected),
  /** Images whose pixels were masked. */
  masked: z.number(),
});
export type DeidentifyResult = z.output<typeof DeidentifyResult>;

export const deidentifyMethods = {
  /** De-identified copies of series, or of all that are not removed. Progress comes as `jobs.changed`. */
  'deidentify.export': command(
    DeidentifyOptions.extend({ series: z.union([z.literal('all'), z.array(SeriesUid).min(1)]) }),
    JobRef,
  ),
  'deidentify.result': query(z.object({ jobId: Id }), DeidentifyResult),
};
