import type { z } from 'zod';
import type { Parsed } from '../../contract/define.ts';
import type { LabelMark } from '../../contract/images.ts';
import type {
  Geometry,
  Label,
  LabelDefinition,
  LabelsImportResult,
  LabelTarget,
  labelMethods,
  Reader,
} from '../../contract/labels.ts';

/** Ground truth: readers, questions and append-only label revisions. */
export interface Truth extends Readers, Definitions, Labels {}

export interface Readers {
  readers(): readonly Reader[];
  reader(readerId: string): Reader | undefined;
  readerByName(name: string): Reader | undefined;
  /** `conflict` where the name is taken. */
  createReader(name: string): Reader;
}

export type DefinitionInput = Omit<LabelDefinition, 'id' | 'modalities'> & {
  readonly id?: string | undefined;
  /** Left out: as before, or any. */
  readonly modalities?: readonly string[] | undefined;
};

export interface Definitions {
  definitions(): readonly LabelDefinition[];
  /** By id, else by name. */
  definition(idOrName: string): LabelDefinition | undefined;
  /** Without id: creates (`conflict` where the name is taken). With id: `conflict` where a value in use would go or the scope change. */
  saveDefinition(input: DefinitionInput): LabelDefinition;
}

export type SaveLabelInput = Parsed<(typeof labelMethods)['labels.save']>;
export type RetractLabelInput = Parsed<(typeof labelMethods)['labels.retract']>;

/** A current label with what datasets and exports need beside it. */
export interface CaseLabel {
  readonly label: Label;
  readonly patientId: string;
  /** `file` column of the instance, for image and lesion labels. */
  readonly file?: string;
}

/** Labels of one series for the worklist. */
export interface SeriesMarks {
  readonly labels: readonly z.output<typeof LabelMark>[];
  readonly lesions: number;
}

/** One row of a label import, resolved; what `planLabelImport` of exchange/labels returns as `saves`. */
export interface LabelSave {
  readonly row: number;
  readonly readerName: string;
  readonly definitionName: string;
  readonly target: LabelTarget;
  readonly value: string;
  readonly geometry?: Geometry;
  /** Revise this label; absent: a new one. */
  readonly labelId?: string;
}

export interface Labels {
  /**
   * Returns when COMMIT has returned; rules as in the contract (`labels.save`). The same answer again writes nothing and
   * returns the current revision; a revised lesion without geometry keeps the one it has; a retracted label comes back.
   * Errors: `unknown-target`, `invalid-value`, `unknown-label`, `stale-revision`, `conflict` (another reader's label).
   */
  saveLabel(input: SaveLabelInput): Label;
  retractLabel(input: RetractLabelInput): Label;
  label(labelId: string): Label | undefined;
  /** Revisions from the first to the current one. */
  history(labelId: string): readonly Label[];
  /** Current labels that are not retracted: on the study, the series, its images and lesions; all readers. */
  labelsOfSeries(seriesInstanceUid: string): readonly Label[];
  /**
   * Current labels, not retracted, all readers, in order of their ids; targets in removed series are left out. By
   * definition id. A page: `limit` of those after the id `after`.
   */
  labelsByDefinition(
    definitionId: string,
    page?: { readonly after?: string | undefined; readonly limit?: number },
  ): readonly CaseLabel[];
  /** Current labels, not retracted, of everything: for export. */
  allLabels(): readonly CaseLabel[];
  labelCount(): number;
  /** Marks of these series by SeriesInstanceUID, where there are any; without reader: of all, one answer per definition. */
  seriesMarks(series: readonly string[], readerId?: string): ReadonlyMap<string, SeriesMarks>;
  /** Returns the import id. */
  beginLabelImport(source: string): string;
  /** At most 200 rows in one transaction; unknown readers and definitions must have been created before. */
  applyLabelImport(
    saves: readonly LabelSave[],
    importId: string,
    budgetMs?: number,
  ): { readonly added: number; readonly revised: number; readonly taken: number };
  finishLabelImport(importId: string, result: LabelsImportResult): void;
}
