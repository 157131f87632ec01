import { useSyncExternalStore } from 'react';
import { client } from '../../client/connection.ts';
import { tellError } from '../../client/hooks.ts';
import { notify } from '../../client/notices.ts';
import { shell } from '../../client/shell.ts';
import { type DroppedFile, type UploadProgress, uploadFiles } from './uploadFiles.ts';

/** The import the person started last, shown in a card until closed. */
export type CurrentImport =
  | ({ readonly kind: 'uploading'; readonly startedMs: number; readonly stop: () => void } & UploadProgress)
  | { readonly kind: 'job'; readonly jobId: string };

let current: CurrentImport | undefined;
const listeners = new Set<() => void>();

function change(next: CurrentImport | undefined): void {
  current = next;
  for (const listener of [...listeners]) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useCurrentImport = (): CurrentImport | undefined => useSyncExternalStore(subscribe, () => current);

export const closeImport = (): void => change(undefined);

export const showImportJob = (jobId: string): void => change({ kind: 'job', jobId });

export interface ImportChoice {
  readonly metadata?: string | undefined;
  /** Into the workspace; otherwise they are referenced where they are. */
  readonly copy?: boolean | undefined;
}

/** Imports files and folders of the core's machine. */
export async function importPaths(paths: readonly string[], { metadata, copy }: ImportChoice = {}): Promise<void> {
  try {
    const more = { ...(metadata ? { metadata } : {}), ...(copy ? { copy } : {}) };
    const { jobId } = await client['imports.start']({ paths: [...paths], ...more });
    showImportJob(jobId);
  } catch (error) {
    tellError(error);
  }
}

/** Looks for the files that are not where they were. */
export async function locateIn(root: string): Promise<void> {
  try {
    showImportJob((await client['imports.relocate']({ root })).jobId);
  } catch (error) {
    tellError(error);
  }
}

/** Under the desktop shell files have paths and are imported in place. */
export async function importInPlace(files: readonly File[]): Promise<void> {
  const paths = files.map((file) => shell?.getPathForFile(file) ?? '').filter(Boolean);
  const metadata = paths.filter((path) => path.toLowerCase().endsWith('.csv'));
  await importPaths(
    paths.filter((path) => !metadata.includes(path)),
    { metadata: metadata.length === 1 ? metadata[0] : undefined },
  );
}

/** Sends dropped files to the core and imports them; a CSV among them is taken for the metadata of PNG, JPEG, NIfTI. */
export async function importDropped(files: readonly DroppedFile[]): Promise<void> {
  if (files.length === 0) {
    notify({ tone: 'warn', text: 'There was no file in what you dropped; nothing was imported.' });
    return;
  }
  const ending = new AbortController();
  const startedMs = performance.now();
  const stop = (): void => ending.abort();
  const onProgress = (progress: UploadProgress): void => change({ kind: 'uploading', startedMs, stop, ...progress });
  try {
    const { folder, metadata } = await uploadFiles(files, { onProgress, signal: ending.signal });
    await importPaths([folder], { metadata });
  } catch (error) {
    change(undefined);
    if (ending.signal.aborted) notify({ tone: 'info', text: 'Stopped; nothing of what you dropped was taken in.' });
    else tellError(error);
  }
}
