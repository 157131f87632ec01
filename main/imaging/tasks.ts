import type { FrameImage, IndexedFile, PresentationState } from '../domain/imageTypes.ts';
import type { DeidentifiedFile, DeidentifyFileRequest } from './deidentify/deidentifyFile.ts';
import { presentationStateOf } from './dicom/presentationState.ts';
import { readHeader } from './dicom/readHeader.ts';
import { openSource } from './files/openSource.ts';
import { type IndexRequest, indexFile } from './indexFile.ts';
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
  inspectFile: { input: { path: string; pixels: boolean; root?: string }; output: Measured<InspectRow> };
  /** Of a presentation state file. */
  presentationState: { input: { address: string }; output: Measured<PresentationState> };
  loadFrame: { input: FrameRequest; output: Measured<FrameImage> };
  thumbnail: { input: FrameRequest & { sizePx: number }; output: Measured<Thumbnail> };
  deidentifyFile: { input: DeidentifyFileRequest; output: Measured<DeidentifiedFile> };
};

/** The task functions as an imaging worker serves them. */
export const imagingTasks = {
  indexFile: measured(indexFile),
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
};

function measured<I, O>(work: (input: I) => Promise<O>): (input: I) => Promise<Measured<O>> {
  return async (input) => {
    const value = await work(input);
    return { value, residentMb: process.memoryUsage.rss() / 2 ** 20 };
  };
}
