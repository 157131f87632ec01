import type { z } from 'zod';
import type { FileEntry as FileEntrySchema } from '../../../main/contract/system.ts';

export type FileEntry = z.output<typeof FileEntrySchema>;

/** One folder of the core's machine at a time, as `useFolderListing` of the client walks them. */
export interface FolderListing {
  /** What is listed; until the first answer, what was asked for. */
  readonly path: string;
  /** Absent at the top, and until the folder has been read. */
  readonly parent: string | undefined;
  readonly entries: readonly FileEntry[];
  readonly isRead: boolean;
  readonly problem: string | undefined;
  readonly goTo: (path: string) => void;
}
