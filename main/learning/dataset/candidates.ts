import type { Geometry, LabelTarget, NumberScale, Scope } from '../../contract/labels.ts';
import type { PlaneGeometry } from '../../domain/geometry.ts';
import type { ChannelFrame, PhaseSeries } from './phases.ts';

/** One instance with pixels, as the catalogue knows it. */
export interface CandidateImage {
  readonly patientId: string;
  /** Other names of the same patient, for example a de-identified alias. */
  readonly linkedIds?: readonly string[];
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  /** What `loadFrame` opens. */
  readonly sourcePath: string;
  readonly pixelSha256?: string;
  readonly rows: number;
  readonly columns: number;
  readonly frameCount: number;
  /** [between rows, between columns] mm; absent: unknown. */
  readonly pixelSpacing?: readonly [number, number];
  /** By which sites can be told apart: columns of the metadata, `manufacturer` and `scanner` of the header. */
  readonly sites?: Readonly<Record<string, string>>;
  readonly isLossy: boolean;
  /** The series was taken out of the workspace. */
  readonly isRemoved: boolean;
  /** The decoder complained about the pixels, or they cannot be decoded. */
  readonly isDamaged: boolean;
  /** Its file is gone, or has other content than when it was imported. */
  readonly isAstray?: boolean;
  /** By frame number; needed only for lesions drawn in patient coordinates. */
  readonly planes?: Readonly<Record<number, PlaneGeometry>>;
}

/** The latest revision of one reader's label of the target definition; retracted ones are left away. */
export interface CandidateLabel {
  readonly labelId: string;
  readonly revision: number;
  readonly readerName: string;
  readonly isAdjudicated?: boolean;
  readonly target: LabelTarget;
  readonly value: string;
  readonly geometry?: Geometry;
}

/** The definition that the dataset asks about. */
export interface TargetDefinition {
  readonly name: string;
  readonly scope: Scope;
  /** In order; the last is positive unless said otherwise. */
  readonly values: readonly string[];
  readonly positiveValue?: string;
  /** Its answers are numbers. */
  readonly number?: NumberScale;
}

export interface CandidateFrame {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
}

/** A frame that is one of the pictures of a case. */
export interface SourceFrame extends CandidateFrame {
  readonly sourcePath: string;
  /** Where several series are the channels: what each is made from at the place of this frame. */
  readonly channels?: readonly (readonly ChannelFrame[])[];
}

/** What the workspace holds, labelled or not. */
export interface FoundUnits {
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly frames: number;
}

/** All that decides which cases a dataset has; the app fills it from the store. */
export interface SelectionInput {
  readonly definition: TargetDefinition;
  readonly images: readonly CandidateImage[];
  readonly labels: readonly CandidateLabel[];
  /** The other questions of a dataset of several labels. */
  readonly further?: readonly { readonly definition: TargetDefinition; readonly labels: readonly CandidateLabel[] }[];
  /** Frames of each series in display order; a series without an entry is ordered by SOPInstanceUID and frame. */
  readonly seriesFrames: ReadonlyMap<string, readonly CandidateFrame[]>;
  /** Where `images` are only those of labelled studies; otherwise they are counted. */
  readonly found?: FoundUnits;
  /** Series of each study with what channels are recognised by; needed for recipes with phases. */
  readonly studies?: ReadonlyMap<string, readonly PhaseSeries[]>;
}

/** Pixels of the source image: centre [column, row], and the longer side of the bounding box. */
export interface LesionPlace {
  readonly centre: readonly [column: number, row: number];
  readonly extent: number;
}

/** One eligible case: a frame, its class (of a number, its text) and what that rests on. */
export interface CaseCandidate {
  /** `<SOPInstanceUID>/<frame>`, for a lesion with `@<column>,<row>`; the same in every workspace. */
  readonly caseId: string;
  readonly patientId: string;
  readonly linkedIds?: readonly string[];
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
  readonly sourcePath: string;
  readonly pixelSha256?: string;
  readonly className: string;
  /** Where the answer is not one class: what each output of a network is to say; null: not answered. */
  readonly targets?: readonly (number | null)[];
  /** `<labelId>#<revision>` of every label the class rests on. */
  readonly revisionIds: readonly string[];
  readonly lesion?: LesionPlace;
  /** Of a case of several pictures: its slices in order, one where it has several channels alone; the frame above is the middle one. */
  readonly frames?: readonly SourceFrame[];
  readonly sites?: Readonly<Record<string, string>>;
  readonly rows: number;
  readonly columns: number;
  readonly pixelSpacing?: readonly [number, number];
}
