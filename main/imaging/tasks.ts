import type { FrameImage, IndexedFile, PresentationState } from '../domain/imageTypes.ts';
import type { MaskProposals } from './deidentify/burned-in/proposeMasks.ts';
import type { DeidentifiedFile, DeidentifyFileRequest } from './deidentify/deidentifyFile.ts';
import type { ElementChange, PreviewRequest } from './deidentify/previewChanges.ts';
import { presentationStateOf } from './dicom/presentationState.ts';
import { readHeader } from './dicom/readHeader.ts';
import { readDicomdir } from './files/dicomdir.ts';
import { type StoredFile, storeSource } from './files/fileStore.ts';
import { hashSource } from './files/hashSource.ts';
import { openSource } from './files/openSource.ts';
import { type IndexOutcome, type IndexRequest, indexFile, indexFiles } from './indexFile.ts';
import { type InspectRow, inspectFile } from './inspectFile.ts';
import { loadFrame } from './loadFrame.ts';
import { type Thumbnail, thumbnail } from './thumbnail.ts';

export interface FrameRequest {
  readonly address: string;
  /** From 1. */
  readonly frameNumber: number;
}

/** A task's result, with the worker's memory after it, for the pool to judge. */
export interface Measured<T> {
  readonly value: T;
  readonly residentMb: number;
}

/** What an imaging worker does for the core. */
export type ImagingTasks = {
  indexFile: { input: IndexRequest; output: Measured<IndexedFile> };
  /** Several at once; a bad file among them is an outcome, not a failure. */
  indexFiles: { input: readonly IndexRequest[]; output: Measured<IndexOutcome[]> };
  readDicomdir: { input: { address: string }; output: Measured<string[][]> };
  hashFile: { input: { address: string }; output: Measured<string> };
  /** A copy in the folder, named by its content. */
  storeFile: { input: { address: string; folder: string }; output: Measured<StoredFile> };
  inspectFile: { input: { path: string; pixels: boolean; root?: string }; output: Measured<InspectRow> };
  /** Of a presentation state file. */
  presentationState: { input: { address: string }; output: Measured<PresentationState> };
  loadFrame: { input: FrameRequest; output: Measured<FrameImage> };
  thumbnail: { input: FrameRequest & { sizePx: number }; output: Measured<Thumbnail> };
  deidentifyFile: { input: DeidentifyFileRequest; output: Measured<DeidentifiedFile> };
  proposeMasks: { input: FrameRequest; output: Measured<MaskProposals> };
  previewChanges: { input: PreviewRequest; output: Measured<ElementChange[]> };
};

/** The task functions as an imaging worker serves them. */
export const imagingTasks = {
  indexFile: measured(indexFile),
  indexFiles: measured(indexFiles),
  readDicomdir: measured(({ address }: { address: string }) => readDicomdir(address)),
  hashFile: measured(({ address }: { address: string }) => hashSource(address)),
  storeFile: measured(({ address, folder }: ImagingTasks['storeFile']['input']) => storeSource(folder, address)),
  inspectFile: measured(({ path, pixels, root }: ImagingTasks['inspectFile']['input']) =>
    inspectFile(path, { pixels, ...(root === undefined ? {} : { root }) }),
  ),
  presentationState: measured(async ({ address }: { address: string }) =>
    presentationStateOf(readHeader(await openSource(address))),
  ),
  loadFrame: measured(({ address, frameNumber }: FrameRequest) => loadFrame(address, frameNumber)),
  thumbnail: measured(async ({ address, frameNumber, sizePx }: ImagingTasks['thumbnail']['input']) =>
    thumbnail(await loadFrame(address, frameNumber), sizePx),
  ),
  // Its tables are loaded when they are needed first.
  deidentifyFile: measured(async (request: DeidentifyFileRequest) =>
    (await import('./deidentify/deidentifyFile.ts')).deidentifyFile(request),
  ),
  proposeMasks: measured(async ({ address, frameNumber }: FrameRequest) =>
    (await import('./deidentify/burned-in/proposeMasks.ts')).proposeMasks(address, frameNumber),
  ),
  previewChanges: measured(async (request: PreviewRequest) =>
    (await import('./deidentify/previewChanges.ts')).previewChanges(request),
  ),
};

function measured<I, O>(work: (input: I) => Promise<O>): (input: I) => Promise<Measured<O>> {
  return async (input) => {
    const value = await work(input);
    return { value, residentMb: process.memoryUsage.rss() / 2 ** 20 };
  };
}
