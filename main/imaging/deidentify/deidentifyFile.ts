import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { readHeader } from '../dicom/readHeader.ts';
import { guarded, openSource } from '../files/openSource.ts';
import type { PixelBox } from './burned-in/maskRectangles.ts';
import { type Deidentified, deidentify } from './deidentify.ts';
import type { DeidentifyOptions } from './options.ts';

export interface DeidentifyFileRequest {
  readonly address: string;
  /** Folder of the export. */
  readonly out: string;
  readonly secret: Uint8Array;
  readonly options: DeidentifyOptions;
  readonly burnedIn: 'refuse' | 'mask' | 'accept';
  /** By the source's SOPInstanceUID. */
  readonly masks: Readonly<Record<string, readonly PixelBox[]>>;
  /** By the source's SeriesInstanceUID. */
  readonly seriesMasks: Readonly<Record<string, readonly PixelBox[]>>;
  /** Series whose pixels a person has looked at. */
  readonly reviewed: readonly string[];
}

export interface DeidentifiedFile extends Pick<Deidentified, 'report' | 'patient'> {
  /** Relative to the folder of the export, with forward slashes. */
  readonly file: string;
  /** Of the source. */
  readonly seriesInstanceUid: string;
}

/**
 * De-identifies one file into OUT/pseudonym/study/series/instance.dcm. A file that is there with other bytes is not
 * overwritten. Errors: those of `openSource` and `deidentify`; same-uid-other-content, disk-full, file-unreadable.
 */
export async function deidentifyFile(request: DeidentifyFileRequest): Promise<DeidentifiedFile> {
  const bytes = await openSource(request.address);
  const source = sourceUids(bytes);
  const boxes = [...(request.masks[source.sop] ?? []), ...(request.seriesMasks[source.series] ?? [])];
  const isReviewed = request.reviewed.includes(source.series);
  const withDetected = request.burnedIn === 'mask' && !isReviewed;
  const made = await deidentify(bytes, {
    options: request.options,
    keys: { secret: request.secret },
    burnedIn: request.burnedIn === 'accept' || isReviewed ? 'accept' : 'refuse',
    ...(withDetected || boxes.length > 0 ? { mask: { boxes, withDetected } } : {}),
  });
  const { pseudonym, studyInstanceUid, seriesInstanceUid, sopInstanceUid } = made.report;
  const file = [
    pseudonym,
    studyInstanceUid || 'no-study',
    seriesInstanceUid || 'no-series',
    `${sopInstanceUid}.dcm`,
  ].join('/');
  await writeNew(path.join(request.out, file), made.bytes);
  return { file, seriesInstanceUid: source.series, report: made.report, patient: made.patient };
}

function sourceUids(bytes: Uint8Array): { readonly sop: string; readonly series: string } {
  const { sopInstanceUid = '', seriesInstanceUid = '' } = readHeader(bytes).attributes;
  return { sop: sopInstanceUid, series: seriesInstanceUid };
}

/** In one step, so that no half-written file is ever taken for an export. */
async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  await guardedWrite(() => mkdir(path.dirname(file), { recursive: true }));
  const partial = `${file}.${randomBytes(4).toString('hex')}.part`;
  try {
    await guardedWrite(() => writeFile(partial, bytes));
    await placeAs(partial, file, bytes);
  } finally {
    await unlink(partial).catch(() => undefined); // it may never have been made
  }
}

async function placeAs(partial: string, file: string, bytes: Uint8Array): Promise<void> {
  try {
    await link(partial, file);
  } catch (thrown) {
    const exists = thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST';
    if (!exists) throw thrown;
    const present = await guarded(() => readFile(file));
    if (!present.equals(bytes)) {
      throw new AppError(
        'same-uid-other-content',
        'Another file with the same new SOPInstanceUID was exported already.',
      );
    }
  }
}

async function guardedWrite(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    if (code === 'ENOSPC') throw new AppError('disk-full', 'The disk is full.', { cause: thrown });
    throw new AppError('file-unreadable', `The export cannot be written (${code || String(thrown)}).`, {
      cause: thrown,
    });
  }
}
