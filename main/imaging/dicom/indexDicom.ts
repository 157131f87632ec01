import { createHash } from 'node:crypto';
import { AppError, asAppError } from '../../domain/errors.ts';
import { isUid } from '../../domain/ids.ts';
import type {
  IndexedFile,
  InstanceFacts,
  PatientFacts,
  PixelProblem,
  SeriesFacts,
  StudyFacts,
} from '../../domain/imageTypes.ts';
import { type AttributeName, type Attributes, keywordOf } from '../../domain/keywords.ts';
import { ageYearsOf } from '../files/metadataCsv.ts';
import { nameBasedUid } from '../files/nameBasedUid.ts';
import { isYbr422 } from '../pixels/decodeNative.ts';
import { checkImageSize, type PixelLayout, pixelLayoutOf } from '../pixels/pixelLayout.ts';
import type { SourceFile } from '../sourceFile.ts';
import { withoutUndefined } from '../withoutUndefined.ts';
import { findingsOf } from './findingsOf.ts';
import { describeFrame, spacingOf } from './frameFacts.ts';
import { aspectRatioOf } from './openDicom.ts';
import { PrefixTooShort } from './parseElements.ts';
import { personNameGroups } from './personName.ts';
import type { DicomHeader, PixelElement } from './readHeader.ts';
import { suvFactor } from './suvFactor.ts';
import { ultrasoundRegions } from './ultrasoundRegions.ts';

/**
 * Facts of a DICOM file. Images in a syntax or pixel format without decoder, and images cut short, are indexed with
 * `pixelProblem` and a finding. Without `fileSha256`, a file that has no SOPInstanceUID throws PrefixTooShort. Errors: missing-attribute, damaged-header (image size, or cut short), limit-exceeded, not-an-image (DICOMDIR).
 */
export function indexDicom(
  file: SourceFile,
  header: DicomHeader,
  extra: Readonly<Record<string, string>> | undefined,
): IndexedFile {
  const { attributes } = header;
  if (attributes.directoryRecordSequence) throw new AppError('not-an-image', 'A DICOMDIR holds no image of its own.');
  // Listed, it would stand in the way of the whole file, which has the same SOPInstanceUID.
  if (header.isCutShort && !header.pixels)
    throw new AppError('damaged-header', 'The file ends in the middle of its header.');
  const patient = patientFacts(attributes);
  const { derived, ...uids } = identify(attributes, file.fileSha256);
  const study = studyFacts(attributes, uids.studyInstanceUid, patient.patientId);
  const series = seriesFacts(attributes, uids);
  const pixels = header.pixels ? examinePixels(header, header.pixels) : undefined;
  const instance = withoutUndefined({
    ...uids,
    format: 'dicom' as const,
    address: file.address,
    sizeBytes: file.sizeBytes,
    modifiedMs: file.modifiedMs,
    fileSha256: file.fileSha256,
    transferSyntaxUid: header.transferSyntax.uid,
    ...headerFacts(attributes),
    ...pixelFacts(header, pixels, file),
    attributes: extra && Object.keys(extra).length > 0 ? extra : undefined,
  });
  return {
    patient,
    study,
    series,
    instance,
    findings: findingsOf(header, file.bytes, instance, { derivedUids: derived, pixelProblem: pixels?.problem }),
  };
}

function patientFacts(attributes: Attributes): PatientFacts {
  return withoutUndefined({
    patientId: attributes.patientId ?? '',
    patientName: attributes.patientName,
    ...personNameGroups(attributes.patientName),
    sex: attributes.patientSex,
    birthDate: isoDate(attributes.patientBirthDate),
  });
}

function studyFacts(attributes: Attributes, studyInstanceUid: string, patientId: string): StudyFacts {
  return withoutUndefined({
    studyInstanceUid,
    patientId,
    studyDate: isoDate(attributes.studyDate),
    studyTime: attributes.studyTime,
    description: attributes.studyDescription,
    accessionNumber: attributes.accessionNumber,
    patientAgeYears: ageYearsOf(attributes.patientAge),
  });
}

function seriesFacts(
  attributes: Attributes,
  { seriesInstanceUid, studyInstanceUid }: Pick<SeriesFacts, 'seriesInstanceUid' | 'studyInstanceUid'>,
): SeriesFacts {
  return withoutUndefined({
    seriesInstanceUid,
    studyInstanceUid,
    modality: attributes.modality ?? 'OT',
    seriesNumber: attributes.seriesNumber,
    description: attributes.seriesDescription,
    bodyPart: attributes.bodyPartExamined,
    laterality: attributes.laterality,
    protocolName: attributes.protocolName,
    frameOfReferenceUid: attributes.frameOfReferenceUid,
    manufacturer: attributes.manufacturer,
    manufacturerModelName: attributes.manufacturerModelName,
  });
}

function headerFacts(attributes: Attributes) {
  const { acquisitionDateTime, acquisitionDate, acquisitionTime } = attributes;
  const dateAndTime = acquisitionDate ? `${acquisitionDate}${acquisitionTime ?? ''}` : undefined;
  return {
    sopClassUid: attributes.sopClassUid ?? attributes.mediaStorageSopClassUid,
    instanceNumber: attributes.instanceNumber,
    imageType: attributes.imageType,
    acquisitionDateTime: acquisitionDateTime ?? dateAndTime,
    imagerPixelSpacing: spacingOf(attributes.imagerPixelSpacing),
    pixelSpacingCalibrationType: attributes.pixelSpacingCalibrationType,
    gantryDetectorTilt: attributes.gantryDetectorTilt,
    imageLaterality: attributes.imageLaterality,
    viewPosition: attributes.viewPosition,
    patientOrientation: attributes.patientOrientation,
    patientPosition: attributes.patientPosition,
    burnedInAnnotation: attributes.burnedInAnnotation,
    frameTime: frameTimeOf(attributes),
    lossyCompressionRatios: attributes.lossyImageCompressionRatio,
    pixelAspectRatio: aspectRatioOf(attributes.pixelAspectRatio),
    ultrasoundRegions: ultrasoundRegions(attributes),
    suvFactor: suvFactor(attributes),
  };
}

/** ms (PS3.3 C.7.6.5): the measured time between frames before the rates recommended for display. */
function frameTimeOf({ frameTime, cineRate, recommendedDisplayFrameRate }: Attributes): number | undefined {
  if (frameTime && frameTime > 0) return frameTime;
  const rate = cineRate || recommendedDisplayFrameRate;
  return rate && rate > 0 ? 1000 / rate : undefined;
}

/** What the header says of its pixels, with the reason why they cannot be shown, if there is one. */
interface ExaminedPixels {
  readonly layout: PixelLayout | undefined;
  readonly problem: AppError | undefined;
  /** Frames that are there at least in part; the header's number where nothing is missing. */
  readonly frameCount: number;
}

function pixelFacts(header: DicomHeader, examined: ExaminedPixels | undefined, file: SourceFile) {
  const { attributes } = header;
  const isLossy = header.transferSyntax.isLossy || attributes.lossyImageCompression === '01';
  if (!examined || !header.pixels) {
    return { hasPixels: false, frameCount: 0, isLossy: false, frames: [] as InstanceFacts['frames'] };
  }
  const { layout, problem } = examined;
  const { frameCount } = examined;
  const described = Array.from({ length: frameCount }, (_, i) => describeFrame(attributes, i + 1));
  return {
    hasPixels: true,
    pixelProblem: problem?.code as PixelProblem | undefined,
    pixelSha256: (file.pixelSha256 ?? hashPixels(header.bytes, header.pixels)) || undefined,
    rows: attributes.rows,
    columns: attributes.columns,
    frameCount,
    samplesPerPixel: layout?.samplesPerPixel ?? attributes.samplesPerPixel,
    photometricInterpretation: attributes.photometricInterpretation,
    pixelKind: layout?.kind,
    bitsAllocated: layout?.bitsAllocated ?? attributes.bitsAllocated,
    bitsStored: layout?.bitsStored ?? attributes.bitsStored,
    isSigned: layout?.isSigned,
    isLossy,
    hasModalityLut: described.some((d) => d.modalityLut !== undefined),
    hasVoiLut: described.some((d) => d.voiLuts.length > 0),
    frames: described.map((d) => d.facts),
  };
}

/** Images that cannot be shown for lack of a decoder or of bytes are indexed all the same; those without a size are not. */
function examinePixels(header: DicomHeader, pixels: PixelElement): ExaminedPixels {
  const { frames } = checkImageSize(header.attributes);
  let layout: PixelLayout | undefined;
  try {
    layout = pixelLayoutOf(header);
    checkDecodable(header, pixels, layout);
    const frameCount = pixels.isUnread ? Math.min(frames, framesPresent(header, pixels, layout)) : frames;
    return { layout, problem: undefined, frameCount };
  } catch (thrown) {
    const problem = asAppError(thrown);
    const isIndexed =
      problem.code === 'unsupported-transfer-syntax' ||
      problem.code === 'unsupported-pixel-format' ||
      problem.code === 'damaged-pixels';
    if (!isIndexed) throw thrown;
    return { layout, problem, frameCount: Math.min(frames, framesPresent(header, pixels, layout)) };
  }
}

function checkDecodable(header: DicomHeader, pixels: PixelElement, layout: PixelLayout): void {
  const { codec, name } = header.transferSyntax;
  if (codec === 'unsupported') {
    throw new AppError('unsupported-transfer-syntax', `Images in transfer syntax "${name}" cannot be read.`);
  }
  if (pixels.isUnread) return;
  const isShort =
    codec === 'native'
      ? pixels.length < Math.ceil(nativeFrameBytes(layout) * layout.frames)
      : framesPresent(header, pixels, layout) < layout.frames;
  if (pixels.isTruncated || isShort) throw new AppError('damaged-pixels', 'The pixels are cut short.');
}

/** At least 1. A compressed frame has one fragment or more, whatever is in them; a video keeps all its frames in one. */
function framesPresent({ transferSyntax }: DicomHeader, pixels: PixelElement, layout: PixelLayout | undefined): number {
  const { encapsulated } = pixels;
  // A fragment takes 8 bytes and more.
  if (pixels.isUnread) return Math.max(1, pixels.length >> 3);
  if (!encapsulated) return layout ? Math.max(1, Math.ceil(pixels.length / nativeFrameBytes(layout))) : 1;
  const sizes = encapsulated.fragments.map((f) => f.length).filter((length) => length > 0);
  const isVideo = transferSyntax.codec === 'unsupported';
  return Math.max(1, isVideo ? sizes.reduce((sum, size) => sum + size, 0) : sizes.length);
}

/** May be a fraction for single bits. */
function nativeFrameBytes(layout: PixelLayout): number {
  const perPixel = isYbr422(layout) ? 2 : layout.samplesPerPixel;
  return (layout.rows * layout.columns * perPixel * layout.bitsAllocated) / 8;
}

/** SHA-256 of the pixel element's value; of the joined fragments where it is encapsulated. */
function hashPixels(bytes: Uint8Array, pixels: PixelElement): string {
  const hash = createHash('sha256');
  if (!pixels.encapsulated)
    return hash.update(bytes.subarray(pixels.offset, pixels.offset + pixels.length)).digest('hex');
  for (const { start, length } of pixels.encapsulated.fragments) hash.update(bytes.subarray(start, start + length));
  return hash.digest('hex');
}

/**
 * The UIDs of a file. A missing one is derived from what the file's siblings share with it, so that files of one series stay
 * together; one that is no UID from its text. `derived` names the keywords concerned.
 */
function identify(attributes: Attributes, fileSha256: string) {
  const derived: string[] = [];
  const read = (name: UidName, ...parts: readonly string[]) => {
    const fallback = name === 'sopInstanceUid' ? attributes.mediaStorageSopInstanceUid : undefined;
    const value = attributes[name] ?? fallback;
    if (value !== undefined && isUid(value)) return value;
    // The last resort is the content, which has not been read yet.
    if (value === undefined && name === 'sopInstanceUid' && fileSha256 === '') throw new PrefixTooShort();
    derived.push(keywordOf(name));
    return nameBasedUid(name, ...(value === undefined ? parts : [value]));
  };
  const {
    patientId = '',
    studyDate = '',
    studyId = '',
    seriesInstanceUid,
    modality = '',
    seriesNumber = '',
  } = attributes;
  const studyInstanceUid = read(
    'studyInstanceUid',
    ...(seriesInstanceUid ? [seriesInstanceUid] : [patientId, studyDate, studyId]),
  );
  return {
    studyInstanceUid,
    seriesInstanceUid: read('seriesInstanceUid', studyInstanceUid, modality, String(seriesNumber)),
    sopInstanceUid: read('sopInstanceUid', fileSha256),
    derived,
  };
}

type UidName = AttributeName & ('sopInstanceUid' | 'seriesInstanceUid' | 'studyInstanceUid');

/** YYYYMMDD (and the old YYYY.MM.DD) as YYYY-MM-DD. */
function isoDate(date: string | undefined): string | undefined {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date ?? '');
  return match ? `${match[1]}-${match[2]}-${match[3]}` : undefined;
}
