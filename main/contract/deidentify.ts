import { z } from 'zod';
import { command, query } from './define.ts';
import { Rejected } from './imports.ts';
import { FrameNumber, Id, JobRef, SeriesUid, SopUid, Uint8 } from './values.ts';

/** A rectangle of pixels from 0. */
export const MaskBox = z.object({
  left: z.number().int(),
  top: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type MaskBox = z.output<typeof MaskBox>;

/** What the person chose beyond the Basic Profile of PS3.15 annex E. */
export const ProfileOptions = z.object({
  dates: z.enum(['remove', 'shift', 'keep']).default('remove'),
  keepPatientCharacteristics: z.boolean().default(false),
  keepDevice: z.boolean().default(false),
  keepInstitution: z.boolean().default(false),
  keepUids: z.boolean().default(false),
  keepSafePrivate: z.boolean().default(false),
  cleanDescriptors: z.boolean().default(false),
});
export type ProfileOptions = z.output<typeof ProfileOptions>;

/** Where an export goes and what it does; the passphrase comes from a file or was handed over before. */
export const DeidentifyOptions = ProfileOptions.extend({
  /** Folder to write to; made where it is missing. Files are named by pseudonym and new UIDs. */
  out: z.string().min(1),
  /** Holds the passphrase of the pseudonym table: a secret in a command could end up in a log. */
  passphraseFile: z.string().min(1).optional(),
  /** From `deidentify.holdPassphrase`, instead of the file. */
  heldPassphrase: Id.optional(),
  /** The encrypted pseudonym table; beside `out`, with its name and `.pseudonyms.json`, where absent. Never inside `out`. */
  table: z.string().min(1).optional(),
  /** Images that are likely to carry burned-in text: refused, masked where the detector finds text, or taken as they are. */
  burnedIn: z.enum(['refuse', 'mask', 'accept']).default('refuse'),
  /** Rectangles to fill in every frame, by the source's SOPInstanceUID. */
  masks: z.record(z.string(), z.array(MaskBox)).default({}),
  /** Rectangles to fill in every frame of every image, by the source's SeriesInstanceUID. */
  seriesMasks: z.record(z.string(), z.array(MaskBox)).default({}),
  /** Series that a person has looked at: no longer refused for their kind; masked as `seriesMasks` and `masks` say. */
  reviewed: z.array(z.string()).default([]),
});
export type DeidentifyOptions = z.output<typeof DeidentifyOptions>;

/** Result of a de-identification job. */
export const DeidentifyResult = z.object({
  written: z.number(),
  patients: z.number(),
  refused: z.array(Rejected),
  /** Images whose pixels were masked. */
  masked: z.number(),
  /** The same by the source's series: images, and rectangles filled in them. */
  maskedSeries: z.array(z.object({ seriesInstanceUid: z.string(), images: z.number(), boxes: z.number() })).default([]),
  /** Elements by what became of them, nested ones included. */
  elements: z.record(z.string(), z.number()).default({}),
  /** What DeidentificationMethod and its code sequence say in the files written. */
  method: z.array(z.string()).default([]),
  /** Files of the export and the pseudonym table, for the person who looks for them. */
  out: z.string().default(''),
  table: z.string().default(''),
  /** The import that was started for the copies. */
  importJobId: Id.optional(),
});
export type DeidentifyResult = z.output<typeof DeidentifyResult>;

/** One series as a person has to judge it before it leaves. */
export const SurveyedSeries = z.object({
  seriesInstanceUid: SeriesUid,
  patientId: z.string(),
  patientName: z.string(),
  modality: z.string(),
  description: z.string(),
  files: z.number(),
  frames: z.number(),
  rows: z.number().optional(),
  columns: z.number().optional(),
  risk: z.enum(['high', 'possible', 'low']),
  reasons: z.array(z.string()),
  /** Files that are no DICOM and are refused. */
  notDicom: z.number(),
  /** Images of the series, in their order; the first frame of each. */
  images: z.array(z.object({ sopInstanceUid: SopUid, frames: z.number() })),
});
export type SurveyedSeries = z.output<typeof SurveyedSeries>;

const Chosen = z.union([z.literal('all'), z.array(SeriesUid).min(1)]);

export const deidentifyMethods = {
  /**
   * De-identified copies of series of the workspace ('all': of all that are not removed), or of files anywhere. With
   * `importCopies` the copies are then imported into this workspace. Progress comes as `jobs.changed`.
   */
  'deidentify.export': command(
    DeidentifyOptions.extend({
      series: Chosen.optional(),
      paths: z.array(z.string().min(1)).min(1).optional(),
      importCopies: z.boolean().default(false),
    }).refine(({ series, paths }) => (series === undefined) !== (paths === undefined), 'either series or paths'),
    JobRef,
  ),
  'deidentify.result': query(z.object({ jobId: Id }), DeidentifyResult),
  /** What is to be exported, and which of it is likely to carry text in its pixels. */
  'deidentify.survey': query(z.object({ series: Chosen }), z.object({ series: z.array(SurveyedSeries) })),
  /** A frame in grey, at most 1600 pixels on its longer side, with the detector's proposals in pixels of the whole frame. */
  'deidentify.picture': query(
    z.object({ sopInstanceUid: SopUid, frameNumber: FrameNumber.default(1) }),
    z.object({
      rows: z.number(),
      columns: z.number(),
      /** Every n-th pixel of the frame is in `pixels`. */
      step: z.number(),
      shownRows: z.number(),
      shownColumns: z.number(),
      pixels: Uint8,
      proposals: z.array(MaskBox),
    }),
  ),
  /** Every element of one file before and after; new UIDs, pseudonym and shift are examples, made with a throw-away secret. */
  'deidentify.preview': query(
    z.object({ sopInstanceUid: SopUid, options: ProfileOptions }),
    z.object({
      rows: z.array(
        z.object({
          /** `(0010,0010)`, with the way through sequences before it. */
          path: z.string(),
          name: z.string(),
          before: z.string(),
          after: z.string(),
          change: z.enum(['removed', 'emptied', 'replaced', 'kept', 'added']),
        }),
      ),
    }),
  ),
  /**
   * Keeps a passphrase in the core's memory for an hour, so that it need not be written down to start an export. A query,
   * since queries leave no trace.
   */
  'deidentify.holdPassphrase': query(z.object({ passphrase: z.string().min(8) }), z.object({ heldPassphrase: Id })),
};
