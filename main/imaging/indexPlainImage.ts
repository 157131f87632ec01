import { createHash } from 'node:crypto';
import type { ImageFormat, IndexedFile } from '../domain/imageTypes.ts';
import type { MetadataRow } from './files/metadataCsv.ts';
import { nameBasedUid } from './files/nameBasedUid.ts';
import { openNifti } from './nifti/openNifti.ts';
import type { OpenedImage } from './openedImage.ts';
import { openJpeg, openPng, pngPixelChunks } from './raster/openRaster.ts';
import type { SourceFile } from './sourceFile.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/**
 * Facts of a PNG, JPEG or NIfTI file from its header and its metadata row. UIDs follow from patient, file name and
 * content, so that the same import gives the same UIDs everywhere. Without study_id each file is a study of its own.
 * Errors: those of the format's header.
 */
export function indexPlainImage(
  file: SourceFile,
  format: Exclude<ImageFormat, 'dicom'>,
  row: MetadataRow,
): IndexedFile {
  const { image, pixelSha256 } = openPlain(file, format);
  const { layout } = image;
  const identity = [row.patientId, row.file, file.fileSha256] as const;
  const studyInstanceUid = row.studyId
    ? nameBasedUid('study', row.patientId, row.studyId)
    : nameBasedUid('study-of-file', ...identity);
  const seriesInstanceUid = nameBasedUid('series', ...identity);
  const frames = Array.from({ length: layout.frames }, (_, i) => image.describe(i + 1).facts);
  return {
    patient: withoutUndefined({ patientId: row.patientId, sex: row.sex }),
    study: withoutUndefined({
      studyInstanceUid,
      patientId: row.patientId,
      description: row.studyId,
      patientAgeYears: row.ageYears,
    }),
    series: { seriesInstanceUid, studyInstanceUid, modality: modalityOf(row), description: fileName(row.file) },
    instance: {
      sopInstanceUid: nameBasedUid(...identity),
      seriesInstanceUid,
      studyInstanceUid,
      format,
      address: file.address,
      sizeBytes: file.sizeBytes,
      modifiedMs: file.modifiedMs,
      fileSha256: file.fileSha256,
      pixelSha256,
      instanceNumber: 1,
      hasPixels: true,
      rows: layout.rows,
      columns: layout.columns,
      frameCount: layout.frames,
      samplesPerPixel: layout.samplesPerPixel,
      photometricInterpretation: layout.photometricInterpretation,
      pixelKind: layout.kind,
      bitsAllocated: layout.bitsAllocated,
      bitsStored: layout.bitsStored,
      isSigned: layout.isSigned,
      isLossy: format === 'jpeg',
      frames,
      attributes: row.attributes,
    },
    findings: [],
  };
}

/** The hash is of the pixels as stored: voxels, PNG pixel chunks, the whole JPEG stream. */
function openPlain(
  file: SourceFile,
  format: Exclude<ImageFormat, 'dicom'>,
): { image: OpenedImage; pixelSha256: string } {
  if (format === 'nifti') {
    const image = openNifti(file.bytes);
    return { image, pixelSha256: createHash('sha256').update(image.voxels).digest('hex') };
  }
  if (format === 'jpeg') return { image: openJpeg(file.bytes), pixelSha256: file.fileSha256 };
  const hash = createHash('sha256');
  for (const chunk of pngPixelChunks(file.bytes)) hash.update(chunk);
  return { image: openPng(file.bytes), pixelSha256: hash.digest('hex') };
}

/** The `modality` column where it looks like a DICOM modality, else OT (other). */
function modalityOf({ attributes }: MetadataRow): string {
  const modality = attributes.modality?.trim().toUpperCase();
  return modality && /^[A-Z]{2,16}$/.test(modality) ? modality : 'OT';
}

/** A table may name files by long paths; what a person needs to see is the name. */
const fileName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;
