import { createHash } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import { isUid } from '../../domain/ids.ts';
import type { IndexedFile, InstanceFacts, PatientFacts, SeriesFacts, StudyFacts } from '../../domain/imageTypes.ts';
import { type AttributeName, type Attributes, keywordOf } from '../../domain/keywords.ts';
import { ageYearsOf } from '../files/metadataCsv.ts';
import { type PixelLayout, pixelLayoutOf } from '../pixels/pixelLayout.ts';
import type { SourceFile } from '../sourceFile.ts';
import { withoutUndefined } from '../withoutUndefined.ts';
import { findingsOf } from './findingsOf.ts';
import { describeFrame, spacingOf } from './frameFacts.ts';
import type { DicomHeader, PixelElement } from './readHeader.ts';

/**
 * Facts of a DICOM file. Errors: missing-attribute, damaged-header (UIDs), not-an-image (DICOMDIR), and for images those of
 * `pixelLayoutOf`, unsupported-transfer-syntax and damaged-pixels.
 */
export function indexDicom(
  file: SourceFile,
  header: DicomHeader,
  extra: Readonly<Record<string, string>> | undefined,
): IndexedFile {
  const { attributes } = header;
  if (attributes.directoryRecordSequence) throw new AppError('not-an-image', 'A DICOMDIR holds no image of its own.');
  const patient = patientFacts(attributes);
  const study = studyFacts(attributes, patient.patientId);
  const series = seriesFacts(attributes, study.studyInstanceUid);
  const layout = header.pixels ? pixelLayoutOf(header) : undefined;
  if (header.pixels && layout) checkDecodable(header, header.pixels, layout);
  const instance = withoutUndefined({
    sopInstanceUid: uid(attributes, 'sopInstanceUid'),
    seriesInstanceUid: series.seriesInstanceUid,
    studyInstanceUid: study.studyInstanceUid,
    format: 'dicom' as const,
    address: file.address,
    sizeBytes: file.bytes.length,
    fileSha256: file.fileSha256,
    transferSyntaxUid: header.transferSyntax.uid,
    ...headerFacts(attributes),
    ...pixelFacts(header, layout),
    attributes: extra && Object.keys(extra).length > 0 ? extra : undefined,
  });
  return { patient, study, series, instance, findings: findingsOf(header, file.bytes, instance) };
}

function patientFacts(attributes: Attributes): PatientFacts {
  return withoutUndefined({
    patientId: attributes.patientId ?? '',
    patientName: attributes.patientName,
    sex: attributes.patientSex,
    birthDate: isoDate(attributes.patientBirthDate),
  });
}

function studyFacts(attributes: Attributes, patientId: string): StudyFacts {
  return withoutUndefined({
    studyInstanceUid: uid(attributes, 'studyInstanceUid'),
    patientId,
    studyDate: isoDate(attributes.studyDate),
    studyTime: attributes.studyTime,
    description: attributes.studyDescription,
    accessionNumber: attributes.accessionNumber,
    patientAgeYears: ageYearsOf(attributes.patientAge),
  });
}

function seriesFacts(attributes: Attributes, studyInstanceUid: string): SeriesFacts {
  return withoutUndefined({
    seriesInstanceUid: uid(attributes, 'seriesInstanceUid'),
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
    frameTime: attributes.frameTime,
  };
}

function pixelFacts(header: DicomHeader, layout: PixelLayout | undefined) {
  const isLossy = header.transferSyntax.isLossy || header.attributes.lossyImageCompression === '01';
  if (!layout || !header.pixels) {
    return { hasPixels: false, frameCount: 0, isLossy: false, frames: [] as InstanceFacts['frames'] };
  }
  const described = Array.from({ length: layout.frames }, (_, i) => describeFrame(header.attributes, i + 1));
  return {
    hasPixels: true,
    pixelSha256: hashPixels(header.bytes, header.pixels),
    rows: layout.rows,
    columns: layout.columns,
    frameCount: layout.frames,
    samplesPerPixel: layout.samplesPerPixel,
    photometricInterpretation: layout.photometricInterpretation,
    pixelKind: layout.kind,
    bitsAllocated: layout.bitsAllocated,
    bitsStored: layout.bitsStored,
    isSigned: layout.isSigned,
    isLossy,
    hasModalityLut: described.some((d) => d.modalityLut !== undefined),
    hasVoiLut: described.some((d) => d.voiLuts.length > 0),
    frames: described.map((d) => d.facts),
  };
}

/** What would fail for certain when shown is refused at import. */
function checkDecodable(header: DicomHeader, pixels: PixelElement, layout: PixelLayout): void {
  const { codec, name } = header.transferSyntax;
  if (codec === 'unsupported') {
    throw new AppError('unsupported-transfer-syntax', `Images in transfer syntax "${name}" cannot be read.`);
  }
  const perPixel = layout.photometricInterpretation === 'YBR_FULL_422' ? 2 : layout.samplesPerPixel;
  const needed = Math.ceil((layout.rows * layout.columns * perPixel * layout.bitsAllocated * layout.frames) / 8);
  if (pixels.isTruncated || (codec === 'native' && pixels.length < needed)) {
    throw new AppError('damaged-pixels', 'The pixels are cut short.');
  }
}

/** SHA-256 of the pixel element's value; of the joined fragments where it is encapsulated. */
function hashPixels(bytes: Uint8Array, pixels: PixelElement): string {
  const hash = createHash('sha256');
  if (!pixels.encapsulated)
    return hash.update(bytes.subarray(pixels.offset, pixels.offset + pixels.length)).digest('hex');
  for (const { start, length } of pixels.encapsulated.fragments) hash.update(bytes.subarray(start, start + length));
  return hash.digest('hex');
}

function uid(
  attributes: Attributes,
  name: AttributeName & ('sopInstanceUid' | 'seriesInstanceUid' | 'studyInstanceUid'),
): string {
  const fallback = name === 'sopInstanceUid' ? attributes.mediaStorageSopInstanceUid : undefined;
  const value = attributes[name] ?? fallback;
  if (value === undefined) throw new AppError('missing-attribute', `The header lacks ${keywordOf(name)}.`);
  if (!isUid(value)) throw new AppError('damaged-header', `The header's ${keywordOf(name)} is not a UID.`);
  return value;
}

/** YYYYMMDD (and the old YYYY.MM.DD) as YYYY-MM-DD. */
function isoDate(date: string | undefined): string | undefined {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date ?? '');
  return match ? `${match[1]}-${match[2]}-${match[3]}` : undefined;
}
