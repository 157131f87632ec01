import type { WorklistRow } from '../../contract/images.ts';
import type { DataFinding } from '../../contract/values.ts';
import type { PlaneGeometry } from '../../domain/geometry.ts';
import type {
  IndexedFile,
  InstanceFacts,
  PatientFacts,
  SeriesFacts,
  Stack,
  StudyFacts,
} from '../../domain/imageTypes.ts';
import type { FileState, FileTracking } from './fileTracking.ts';

/** What the workspace knows about images: facts, never pixels. */
export interface Catalogue extends ImportRecords, CatalogueQueries, SeriesChanges, FileTracking {}

export interface NewInstance {
  readonly indexed: IndexedFile;
  /** The `file` column of the metadata CSV, or the path relative to the imported folder: what a labels CSV names. */
  readonly file?: string;
}

export interface RejectedFile {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export interface Totals {
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly instances: number;
}

export interface AddResult {
  readonly added: number;
  /** How many of the files were looked at before the time was up: the first ones. */
  readonly taken: number;
  /** Already present with the same bytes. */
  readonly skipped: number;
  /** `same-uid-other-content`; recorded with the import, too. */
  readonly rejected: readonly RejectedFile[];
  /** Of the files added, `identical-pixels` included, and `file-moved` of skipped ones. */
  readonly findings: readonly DataFinding[];
  /** Present under their UID, but of one side only the header has been read: read both to the end, and add them again. */
  readonly unsure: readonly NewInstance[];
  /** Series that gained instances: their stacks have to be assembled again. */
  readonly seriesInstanceUids: readonly string[];
}

export interface ImportRecord {
  readonly id: string;
  readonly sources: readonly string[];
  readonly startedAt: string;
  readonly endedAt?: string;
  /** What this import added. */
  readonly added: Totals;
  readonly skipped: number;
  readonly rejected: readonly RejectedFile[];
  readonly findings: readonly DataFinding[];
}

/** What an import was asked for: enough to take it up again. */
export interface ImportRequest {
  readonly paths: readonly string[];
  readonly metadata?: string | undefined;
  readonly copy?: boolean | undefined;
}

/** An import that did not come to its end: stopped, or its program was. */
export interface InterruptedImport {
  readonly id: string;
  readonly startedAt: string;
  readonly request: ImportRequest;
  readonly instances: number;
}

export interface ImportRecords {
  /** Returns the import id. With the request, it can be taken up again; an interrupted one with the same request has been. */
  beginImport(sources: readonly string[], request?: ImportRequest): string;
  interruptedImports(): readonly InterruptedImport[];
  /** It will not be taken up again. */
  dismissImport(importId: string): void;
  /** Files that were known by address, size and time, and have not been read. */
  addSkipped(count: number, importId: string): void;
  addFindings(findings: readonly DataFinding[], importId: string): void;
  /**
   * At most 200 files in one transaction, and no more than fit into `budgetMs` (at least one): see `taken`. Again with the same bytes: skipped; where its former address is no more, the
   * instance gets the new one (finding `file-moved`).
   */
  addInstances(files: readonly NewInstance[], importId: string, budgetMs?: number): AddResult;
  addRejected(rejected: readonly RejectedFile[], importId: string): void;
  finishImport(importId: string): ImportRecord;
  importRecord(importId: string): ImportRecord | undefined;
  importRecords(): readonly ImportRecord[];
}

export interface StoredInstance {
  readonly facts: InstanceFacts;
  readonly patientId: string;
  readonly modality: string;
  readonly file?: string;
  readonly importId: string;
  /** Others than `present` are not to be used; what nobody has read to its end cannot be compared, and is `unreadable`. */
  readonly fileState: FileState;
}

export interface StoredSeries {
  readonly patient: PatientFacts;
  readonly study: StudyFacts;
  readonly series: SeriesFacts;
  readonly isRemoved: boolean;
  readonly removedReason?: string;
  readonly importedAt: string;
  readonly instances: number;
  readonly frames: number;
  readonly hasImages: boolean;
  /** Undefined where instances were added since the last `setStacks`. */
  readonly stacks?: readonly Stack[];
}

/** What a label or a case may point at; enough to resolve rows of a CSV. */
export interface TargetInstance {
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly frameCount: number;
  readonly hasPixels: boolean;
}

/** A series with images, for whoever goes through all of them. */
export interface ImageSeries {
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** Instances with pixels. */
  readonly images: number;
  readonly frames: number;
}

/** A file as imported, pixels or not, of removed series, too. */
export interface InstanceFile {
  readonly sopInstanceUid: string;
  readonly address: string;
  readonly fileSha256: string;
}

/** A row of the worklist before the labels, which come from `truth`. */
export type CatalogueRow = Omit<WorklistRow, 'labels' | 'lesions'>;

export interface CatalogueQueries {
  /** In no order, a few hundred rows a step; nothing is held between steps, so that others may write meanwhile. */
  worklistPages(filter?: { readonly includeRemoved?: boolean }): Generator<readonly CatalogueRow[]>;
  worklistRow(seriesInstanceUid: string): CatalogueRow | undefined;
  seriesByUid(seriesInstanceUid: string): StoredSeries | undefined;
  /** By instance number, then UID; a page of them for whoever goes through many. */
  instancesOfSeries(
    seriesInstanceUid: string,
    page?: { readonly offset: number; readonly limit: number },
  ): readonly StoredInstance[];
  instanceBySop(sopInstanceUid: string): StoredInstance | undefined;
  /** Equal findings of one series are one with a count. */
  findings(filter?: { readonly seriesInstanceUid?: string }): readonly DataFinding[];
  /** Series with images that are not removed, by patient, study and UID. Instances are not touched. */
  imageSeries(): readonly ImageSeries[];
  /** Every file of the catalogue, by address as stored. */
  instanceFiles(): readonly InstanceFile[];
  totals(): Totals;
  /** Exactly as in the `file` column; more than one where folders with equal names were imported. Removed series are left out. */
  targetsByFile(file: string): readonly TargetInstance[];
  targetBySop(sopInstanceUid: string): TargetInstance | undefined;
  /** Images with exactly these bytes, removed series left out; files read to their end only. By SOPInstanceUID. */
  imagesByContent(fileSha256: string): readonly (TargetInstance & { readonly address: string })[];
  /** Images (instances with pixels) of a series, study or patient, removed series left out, at most `limit`. */
  targetsOfSeries(seriesInstanceUid: string, limit?: number): readonly TargetInstance[];
  targetsOfStudy(studyInstanceUid: string, limit?: number): readonly TargetInstance[];
  targetsOfPatient(patientId: string, limit?: number): readonly TargetInstance[];
  /** Series with images of a patient, removed ones left out. */
  seriesOfPatient(
    patientId: string,
  ): readonly { readonly studyInstanceUid: string; readonly seriesInstanceUid: string }[];
  /** Files of the patient's presentation states, removed series left out. */
  presentationStateAddresses(patientId: string): readonly string[];
  studyOfSeries(seriesInstanceUid: string): string | undefined;
  hasStudy(studyInstanceUid: string): boolean;
  /** Undefined where the header gives no position, orientation or spacing. */
  planeOf(sopInstanceUid: string, frameNumber: number): PlaneGeometry | undefined;
}

export interface SeriesChanges {
  /** Result of the assembly, with its findings (told by `importId`, too); replaces the former one. Not audited: it follows from the files. */
  setStacks(
    seriesInstanceUid: string,
    stacks: readonly Stack[],
    findings: readonly DataFinding[],
    importId?: string,
  ): void;
  /** Series whose stacks are not assembled. */
  seriesWithoutStacks(): readonly string[];
  /** Out of the worklist and of future snapshots; files, labels and history stay. */
  removeSeries(seriesInstanceUid: string, reason: string): void;
  restoreSeries(seriesInstanceUid: string, reason?: string): void;
}
