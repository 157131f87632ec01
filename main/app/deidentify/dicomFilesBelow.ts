import { AppError } from '../../domain/errors.ts';
import { scanPaths } from '../../imaging/files/scanPaths.ts';
import type { SourceToDeidentify } from './deidentifyFiles.ts';

/** DICOM files below the paths, as they are found; others go to `rejected`. */
export async function* dicomFilesBelow(
  paths: readonly string[],
  rejected: { source: SourceToDeidentify; error: AppError }[],
): AsyncGenerator<SourceToDeidentify> {
  for await (const file of scanPaths(paths)) {
    const source = { address: file.address, name: file.address };
    if (file.kind === 'image' && file.format === 'dicom') yield source;
    else if (file.kind === 'image')
      rejected.push({ source, error: new AppError('not-dicom', 'Only DICOM files are de-identified.') });
    else if (file.kind === 'rejected') rejected.push({ source, error: file.error });
  }
}
