import type { IndexedFile } from '../../domain/imageTypes.ts';

/**
 * What the catalogue saw of a file on the disk last. `changed`: other content than was imported; `unreadable`: it is there, but
 * cannot be read to its end. Only `present` files go into datasets.
 */
export const fileStates = ['present', 'changed', 'missing', 'unreadable'] as const;
export type FileState = (typeof fileStates)[number];

/** A file of the catalogue, for looking at it again. */
export interface TrackedFile {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly address: string;
  readonly sizeBytes: number | undefined;
  /** Whole ms; undefined where it was imported before this was kept. */
  readonly modifiedMs: number | undefined;
  /** '' until the whole file has been read. */
  readonly fileSha256: string;
  readonly state: FileState;
}

export interface SeenFile {
  readonly sopInstanceUid: string;
  readonly state: FileState;
  /** The same content with another time: what to compare with from now on. */
  readonly modifiedMs?: number;
  /** Why it is unreadable. */
  readonly reason?: string;
}

export interface RelocatedFile {
  readonly sopInstanceUid: string;
  readonly address: string;
  readonly modifiedMs: number;
}

export interface FilePage {
  /** SOPInstanceUID to go on after; '' from the start. */
  readonly after: string;
  readonly limit: number;
  readonly seriesInstanceUid?: string;
  /** Only those of which no more than the header has been read. */
  readonly isUnhashed?: boolean;
}

/** Files behind the instances: found again, looked at, read to their end. */
export interface FileTracking {
  /** By address, those that are in the catalogue and were there when looked at last. */
  knownFiles(addresses: readonly string[]): ReadonlyMap<string, TrackedFile>;
  /** In the order of SOPInstanceUID. */
  trackedFiles(page: FilePage): readonly TrackedFile[];
  trackedFile(sopInstanceUid: string): TrackedFile | undefined;
  countFiles(filter: { readonly isUnhashed: boolean }): number;
  /** Those that are not `present`. */
  astrayFiles(): readonly TrackedFile[];
  /**
   * Hashes and the last facts of files whose headers alone were read before; at most 200 in one transaction. Findings that
   * only the whole file gives are added, `identical-pixels` among them.
   */
  completeInstances(files: readonly IndexedFile[], importId?: string): void;
  /** Keeps what was seen, with a finding for each file that is not as it was; audited where a state has changed. */
  setFileStates(seen: readonly SeenFile[]): void;
  /**
   * Other bytes under the address and UID of an image that is marked `changed`, accepted by a person: hashes and facts are those
   * of the file from now on, with a finding (`content-accepted`) and an audit entry; others are passed over. Labels stay.
   * Predictions on other pixels go; the stacks have to be assembled again.
   */
  acceptContent(
    files: readonly IndexedFile[],
    reason: string,
  ): { readonly accepted: number; readonly predictionsRemoved: number };
  /** Other places of the same bytes. */
  relocate(moved: readonly RelocatedFile[]): void;
}
