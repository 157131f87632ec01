/** The three parts of a dataset. */
export const splitNames = ['train', 'val', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** What splitting needs to know of a case. */
export interface SplitCase {
  readonly caseId: string;
  readonly patientId: string;
  /** Other names of the same patient, for example the alias given by de-identification. */
  readonly aliases?: readonly string[];
  /**
   * Hashes of the stored pixels of every image the case uses; equal pixels link patients. Leave out images of one constant
   * value: a blank frame is no sign of a common patient.
   */
  readonly pixelHashes?: readonly string[];
  /** Absent for targets without classes (numbers, segmentation). */
  readonly className?: string;
  /** What the parts should have alike where that is not the class: a stretch of numbers. No part has to have each. */
  readonly strata?: readonly string[];
}

/** By what a case is stratified. */
export const strataOfCase = ({ className, strata }: SplitCase): readonly string[] =>
  strata ?? (className === undefined ? [] : [className]);

/** The part each case is in, by case id. */
export type SplitAssignment = ReadonlyMap<string, SplitName>;

/** Something about a split that a person should know; never holds patient data. */
export interface SplitFinding {
  readonly code:
    | 'linked-patients'
    | 'not-in-split-file'
    | 'no-val-in-split-file'
    | 'few-patients'
    | 'mixed-patients'
    | 'several-sites'
    | 'site-lacks-class';
  readonly severity: 'info' | 'warning';
  readonly message: string;
  readonly count: number;
}
