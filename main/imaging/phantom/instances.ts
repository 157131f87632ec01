import type { Grid, Point } from './canvas.ts';
import { dicomFile, type Element, type SequenceItem } from './dicomFile.ts';
import type { PhantomKind } from './drawing.ts';
import { type PatientIdentity, uidOf } from './identity.ts';

/** A drawn series in stored values, ready to be written: pixels[frame][row][column] and where the patient lies. */
export interface PhantomSeries {
  readonly kind: PhantomKind;
  readonly patient: PatientIdentity;
  readonly grid: Grid;
  readonly pixels: Uint16Array;
  /** Patient LPS mm of the centre of the first pixel of the first frame. */
  readonly origin: Point;
  readonly isMultiFrame: boolean;
  /** MONOCHROME1: low values are bright. */
  readonly isInverted: boolean;
  /** Distinguishes series of one patient, and mirrored or multi-frame twins, in every UID. */
  readonly name: string;
  /** One of several series of a study. */
  readonly phase?: PhantomPhase;
}

export interface PhantomPhase {
  readonly description: string;
  /** From 1. */
  readonly number: number;
  /** Distinguishes the study that its series share. */
  readonly studyName: string;
}

export interface PhantomInstance {
  readonly fileName: string;
  readonly sopInstanceUid: string;
  readonly bytes: Uint8Array;
}

interface Acquisition {
  readonly modality: string;
  readonly sopClass: string;
  readonly multiFrameClass: string | undefined;
  readonly bodyPart: string;
  readonly studyDescription: string;
  readonly seriesDescription: string;
  readonly window: readonly [centre: number, width: number];
  readonly intercept: number | undefined;
  readonly bitsStored: number;
}

const acquisitions: Readonly<Record<PhantomKind, Acquisition>> = {
  'ct-nodule': {
    modality: 'CT',
    sopClass: '1.2.840.10008.5.1.4.1.1.2',
    multiFrameClass: '1.2.840.10008.5.1.4.1.1.2.2',
    bodyPart: 'CHEST',
    studyDescription: 'Phantom chest CT',
    seriesDescription: 'Chest axial',
    window: [-600, 1500],
    intercept: -1024,
    bitsStored: 12,
  },
  'mr-lesion': {
    modality: 'MR',
    sopClass: '1.2.840.10008.5.1.4.1.1.4',
    multiFrameClass: '1.2.840.10008.5.1.4.1.1.4.4',
    bodyPart: 'HEAD',
    studyDescription: 'Phantom brain MR',
    seriesDescription: 'Brain FLAIR axial',
    window: [450, 900],
    intercept: undefined,
    bitsStored: 12,
  },
  cr: {
    modality: 'CR',
    sopClass: '1.2.840.10008.5.1.4.1.1.1',
    multiFrameClass: undefined,
    bodyPart: 'CHEST',
    studyDescription: 'Phantom chest film',
    seriesDescription: 'Chest PA',
    window: [1800, 3200],
    intercept: undefined,
    bitsStored: 12,
  },
  'ct-liver': {
    modality: 'CT',
    sopClass: '1.2.840.10008.5.1.4.1.1.2',
    multiFrameClass: '1.2.840.10008.5.1.4.1.1.2.2',
    bodyPart: 'ABDOMEN',
    studyDescription: 'Phantom triphasic liver CT',
    seriesDescription: 'Liver',
    window: [60, 400],
    intercept: -1024,
    bitsStored: 12,
  },
};

/** Modality (0008,0060) of a kind's images. */
export const modalityOf = (kind: PhantomKind): string => acquisitions[kind].modality;

/** DICOM DS: at most 16 characters (PS3.5 section 6.2). */
export const decimal = (value: number): string => String(Number(value.toFixed(6)));

export const studyUid = ({ name, phase }: Pick<PhantomSeries, 'name' | 'phase'>): string =>
  uidOf(`${phase?.studyName ?? name} study`);

const frameOfReferenceUid = ({ name, phase }: PhantomSeries): string =>
  uidOf(`${phase?.studyName ?? name} frame of reference`);
export const seriesUid = (series: Pick<PhantomSeries, 'name'>): string => uidOf(`${series.name} series`);
const instanceUid = (series: PhantomSeries, frame: number): string => uidOf(`${series.name} instance ${frame}`);

/** Whether the kind can be written as one enhanced multi-frame file. */
export const hasMultiFrame = (kind: PhantomKind): boolean => acquisitions[kind].multiFrameClass !== undefined;

/** The series as files: one per frame, or one multi-frame file (Legacy Converted Enhanced CT and MR, PS3.3 A.70, A.71). */
export function phantomInstances(series: PhantomSeries): PhantomInstance[] {
  const { grid, pixels, isMultiFrame } = series;
  if (isMultiFrame) return [instanceOf(series, 0, [...sharedElements(series), ...multiFrameElements(series)], pixels)];
  const frameSize = grid.rows * grid.columns;
  return Array.from({ length: grid.frames }, (_, frame) =>
    instanceOf(
      series,
      frame,
      [...sharedElements(series), ...singleFrameElements(series, frame)],
      pixels.subarray(frame * frameSize, (frame + 1) * frameSize),
    ),
  );
}

function instanceOf(series: PhantomSeries, frame: number, elements: Element[], pixels: Uint16Array): PhantomInstance {
  const { kind, isMultiFrame } = series;
  const acquisition = acquisitions[kind];
  const sopInstanceUid = instanceUid(series, isMultiFrame ? 0 : frame);
  const sopClass = isMultiFrame ? (acquisition.multiFrameClass ?? acquisition.sopClass) : acquisition.sopClass;
  const dataset: Element[] = [
    ...elements,
    [0x00080016, 'UI', sopClass],
    [0x00080018, 'UI', sopInstanceUid],
    [0x00200013, 'IS', String(frame + 1)],
    [0x7fe00010, 'OW', pixels],
  ];
  return { fileName: `${String(frame + 1).padStart(4, '0')}.dcm`, sopInstanceUid, bytes: dicomFile(dataset) };
}

/** Patient, study, series, equipment and pixel description (PS3.3 C.7.1 to C.7.6.3). */
function sharedElements(series: PhantomSeries): Element[] {
  const { patient, grid, kind, isInverted } = series;
  const acquisition = acquisitions[kind];
  return [
    [0x00080005, 'CS', 'ISO_IR 192'],
    [0x00080020, 'DA', patient.studyDate],
    [0x00080021, 'DA', patient.studyDate],
    [0x00080023, 'DA', patient.studyDate],
    [0x00080030, 'TM', '090000'],
    [0x00080031, 'TM', '090500'],
    [0x00080033, 'TM', '090500'],
    [0x00080050, 'SH', ''],
    [0x00080060, 'CS', acquisition.modality],
    [0x00080070, 'LO', 'Groundglass'],
    [0x00080090, 'PN', ''],
    [0x00081030, 'LO', acquisition.studyDescription],
    [0x0008103e, 'LO', series.phase?.description ?? acquisition.seriesDescription],
    [0x00081090, 'LO', 'Synthetic phantom'],
    [0x00100010, 'PN', patient.patientName],
    [0x00100020, 'LO', patient.patientId],
    [0x00100030, 'DA', patient.birthDate],
    [0x00100040, 'CS', patient.sex],
    [0x00101010, 'AS', patient.age],
    [0x00120062, 'CS', 'YES'],
    [0x00120063, 'LO', 'Synthetic image; no person was imaged'],
    [0x00180015, 'CS', acquisition.bodyPart],
    [0x0020000d, 'UI', studyUid(series)],
    [0x0020000e, 'UI', seriesUid(series)],
    [0x00200010, 'SH', '1'],
    [0x00200011, 'IS', String(series.phase?.number ?? 1)],
    ...acquisitionTime(series),
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', isInverted ? 'MONOCHROME1' : 'MONOCHROME2'],
    [0x00280010, 'US', [grid.rows]],
    [0x00280011, 'US', [grid.columns]],
    [0x00280100, 'US', [16]],
    [0x00280101, 'US', [acquisition.bitsStored]],
    [0x00280102, 'US', [acquisition.bitsStored - 1]],
    [0x00280103, 'US', [0]],
    [0x00280301, 'CS', 'NO'],
  ];
}

/** When the phase was acquired: they follow each other within minutes. */
function acquisitionTime({ phase, patient }: PhantomSeries): Element[] {
  if (!phase) return [];
  return [
    [0x00080022, 'DA', patient.studyDate],
    [0x00080032, 'TM', `0905${String(10 * phase.number).padStart(2, '0')}`],
  ];
}

function singleFrameElements(series: PhantomSeries, frame: number): Element[] {
  const acquisition = acquisitions[series.kind];
  const windowing: Element[] = [
    [0x00281050, 'DS', decimal(acquisition.window[0])],
    [0x00281051, 'DS', decimal(acquisition.window[1])],
  ];
  return [...windowing, ...(series.kind === 'cr' ? filmElements(series) : sliceElements(series, frame))];
}

/** CR Series and CR Image modules (PS3.3 C.8.1): distances are known on the detector only. */
function filmElements({ grid }: PhantomSeries): Element[] {
  const spacing = decimal(grid.pixelMm);
  return [
    [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY']],
    [0x00180060, 'DS', '110'],
    [0x00181164, 'DS', [spacing, spacing]],
    [0x00185101, 'CS', 'PA'],
    [0x00200020, 'CS', ['L', 'F']],
  ];
}

/** Frame of reference, image plane, and the CT or MR image module (PS3.3 C.7.4.1, C.7.6.2, C.8.2.1, C.8.3.1). */
function sliceElements(series: PhantomSeries, frame: number): Element[] {
  const { grid, origin, kind } = series;
  const z = origin[2] - frame * grid.sliceMm;
  const plane: Element[] = [
    [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', ...(modalityOf(kind) === 'CT' ? ['AXIAL'] : ['OTHER'])]],
    [0x00180050, 'DS', decimal(grid.sliceMm)],
    [0x00185100, 'CS', 'HFS'],
    [0x00200032, 'DS', positionText(origin[0], origin[1], z)],
    [0x00200037, 'DS', ORIENTATION],
    [0x00200052, 'UI', frameOfReferenceUid(series)],
    [0x00200012, 'IS', '1'],
    [0x00201040, 'LO', ''],
    [0x00201041, 'DS', decimal(z)],
    [0x00280030, 'DS', [decimal(grid.pixelMm), decimal(grid.pixelMm)]],
  ];
  return [...plane, ...(modalityOf(kind) === 'CT' ? ctElements() : mrElements(grid))];
}

const ORIENTATION = ['1', '0', '0', '0', '1', '0'];
const positionText = (x: number, y: number, z: number): string[] => [decimal(x), decimal(y), decimal(z)];

function ctElements(): Element[] {
  return [
    [0x00180060, 'DS', '120'],
    [0x00281052, 'DS', '-1024'],
    [0x00281053, 'DS', '1'],
    [0x00281054, 'LO', 'HU'],
  ];
}

function mrElements(grid: Grid): Element[] {
  return [
    [0x00180020, 'CS', ['SE', 'IR']],
    [0x00180021, 'CS', 'SK'],
    [0x00180022, 'CS', ''],
    [0x00180023, 'CS', '2D'],
    [0x00180080, 'DS', '9000'],
    [0x00180081, 'DS', '120'],
    [0x00180082, 'DS', '2500'],
    [0x00180088, 'DS', decimal(grid.sliceMm)],
    [0x00180091, 'IS', '16'],
  ];
}

/** Multi-frame functional groups (PS3.3 C.7.6.16): what all frames share once, position and order per frame. */
function multiFrameElements(series: PhantomSeries): Element[] {
  const { grid, origin, kind } = series;
  const acquisition = acquisitions[kind];
  const group = (tag: number, ...item: Element[]): Element => [tag, 'SQ', [item]];
  const shared: SequenceItem = [
    group(
      0x00289110,
      [0x00280030, 'DS', [decimal(grid.pixelMm), decimal(grid.pixelMm)]],
      [0x00180050, 'DS', decimal(grid.sliceMm)],
    ),
    group(0x00209116, [0x00200037, 'DS', ORIENTATION]),
    group(
      0x00289132,
      [0x00281050, 'DS', decimal(acquisition.window[0])],
      [0x00281051, 'DS', decimal(acquisition.window[1])],
    ),
    group(
      0x00289145,
      [0x00281052, 'DS', decimal(acquisition.intercept ?? 0)],
      [0x00281053, 'DS', '1'],
      [0x00281054, 'LO', modalityOf(kind) === 'CT' ? 'HU' : 'US'],
    ),
    group(modalityOf(kind) === 'CT' ? 0x00189329 : 0x00189226, [0x00089007, 'CS', FRAME_TYPE], ...FRAME_DESCRIPTION),
  ];
  const perFrame = Array.from({ length: grid.frames }, (_, frame): SequenceItem => {
    const z = origin[2] - frame * grid.sliceMm;
    return [
      group(0x00209113, [0x00200032, 'DS', positionText(origin[0], origin[1], z)]),
      group(0x00209111, [0x00209056, 'SH', '1'], [0x00209057, 'UL', [frame + 1]]),
      group(0x00209171, [0x00201041, 'DS', decimal(z)]),
    ];
  });
  return [
    [0x00080008, 'CS', FRAME_TYPE],
    ...FRAME_DESCRIPTION,
    [0x00185100, 'CS', 'HFS'],
    [0x00200052, 'UI', frameOfReferenceUid(series)],
    [0x00201040, 'LO', ''],
    [0x00280008, 'IS', String(grid.frames)],
    [0x00282110, 'CS', '00'],
    [0x00400555, 'SQ', []],
    [0x20500020, 'CS', 'IDENTITY'],
    [0x52009229, 'SQ', [shared]],
    [0x52009230, 'SQ', perFrame],
  ];
}

const FRAME_TYPE = ['ORIGINAL', 'PRIMARY', 'VOLUME', 'NONE'];

const FRAME_DESCRIPTION: readonly Element[] = [
  [0x00089205, 'CS', 'MONOCHROME'],
  [0x00089206, 'CS', 'VOLUME'],
  [0x00089207, 'CS', 'NONE'],
];
