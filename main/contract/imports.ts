import { z } from 'zod';
import { command, query } from './define.ts';
import { DataFinding, Id, JobRef, None, SeriesUid } from './values.ts';

export const Rejected = z.object({ path: z.string(), code: z.string(), message: z.string() });
const Totals = z.object({ patients: z.number(), studies: z.number(), series: z.number(), instances: z.number() });

/** Result of an import job; the counts are what it added, `total` what the workspace holds now. */
export const ImportResult = Totals.extend({
  imported: z.number(),
  skipped: z.number(),
  rejected: z.array(Rejected),
  findings: z.array(DataFinding),
  total: Totals,
});
export type ImportResult = z.output<typeof ImportResult>;

export const ImportInput = z.object({
  paths: z.array(z.string().min(1)),
  metadata: z.string().min(1).optional(),
  /** Copies the images into the workspace; otherwise they are referenced where they are. */
  copy: z.boolean().default(false),
});

/** An import that did not come to its end. Started again with the same input, it goes on where it was. */
export const InterruptedImport = ImportInput.extend({
  importId: Id,
  startedAt: z.string(),
  /** Images it had taken in. */
  instances: z.number(),
});
export type InterruptedImport = z.output<typeof InterruptedImport>;

/** Result of a relocation job. */
export const RelocateResult = z.object({
  /** Images whose files were found again, byte for byte. */
  relocated: z.number(),
  /** Images whose files are still not where the workspace knows them, or have other content. */
  stillMissing: z.number(),
  /** Files with the UID of a missing image, but other content: not used. */
  rejected: z.array(Rejected),
});
export type RelocateResult = z.output<typeof RelocateResult>;

/** What became of the changed files of some series. */
export const AcceptResult = z.object({
  /** Files whose new content is the image's content from now on. */
  accepted: z.number(),
  /** Kept predictions that belonged to other pixels. */
  predictionsRemoved: z.number(),
  /** Changed files that hold another image now, or cannot be read: still marked, still not used. */
  rejected: z.array(Rejected),
});
export type AcceptResult = z.output<typeof AcceptResult>;

export const FileStates = z.object({
  files: z.number(),
  missing: z.number(),
  changed: z.number(),
  unreadable: z.number(),
});
export type FileStates = z.output<typeof FileStates>;

export const importMethods = {
  /**
   * Files, folders, zip and tar archives, a DICOMDIR, on the core's machine; `metadata` is the CSV that PNG, JPEG and NIfTI
   * need. The worklist has the images as soon as their headers are read; the job ends when their contents are. Result:
   * ImportResult.
   */
  'imports.start': command(ImportInput, JobRef),
  'imports.result': query(z.object({ jobId: z.string() }), ImportResult),
  'imports.interrupted': query(None, z.object({ imports: z.array(InterruptedImport) })),
  /** It is not offered again; what it took in stays. */
  'imports.dismiss': command(z.object({ importId: Id }), None),
  /** Looks at the files of a series, those whose size or time differ to their end, and keeps what was seen. */
  'imports.check': query(z.object({ seriesInstanceUid: SeriesUid }), FileStates),
  /** Takes the new content of files that were changed on purpose; audited, with a finding for each. Nothing else does. */
  'imports.acceptChanged': command(
    z.object({ series: z.array(SeriesUid).min(1), reason: z.string().trim().min(1) }),
    AcceptResult,
  ),
  /** Finds files that are gone, by their content, below another folder. Nothing new is taken in. Result: RelocateResult. */
  'imports.relocate': command(z.object({ root: z.string().min(1) }), JobRef),
  'imports.relocated': query(z.object({ jobId: z.string() }), RelocateResult),
};
