import type { WorklistRow } from '../contract/images.ts';
import type { WorkspaceSummary } from '../contract/system.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { Runs } from './runs/runs.ts';
import type { Audit } from './truth/audit.ts';
import type { Truth } from './truth/truth.ts';
import type { AttachAddress, Workspace } from './workspace/workspace.ts';

export interface StoreOptions {
  /** Which way in opened it: browser, electron, command-line, test... Named to whoever is refused. */
  readonly kind: string;
  readonly attach?: AttachAddress;
  /** Who the audit log names; default: the user's name on this machine. */
  readonly actor?: string;
}

export interface Settings {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  /** The set made last by `practice.create`. */
  practice(): PracticeSet | undefined;
  setPractice(practice: PracticeSet): void;
}
export type PracticeSet = NonNullable<WorkspaceSummary['practice']>;

/** One workspace, open. Every method but `workspace.backupDatabase` is synchronous. */
export interface Store {
  readonly workspace: Workspace;
  readonly catalogue: Catalogue;
  readonly truth: Truth;
  readonly runs: Runs;
  readonly audit: Audit;
  readonly settings: Settings;
  /** Rows of the catalogue with the chosen reader's marks, by patient, study date, series number. All at once: see `worklistPages`. */
  worklist(filter?: { readonly readerId?: string; readonly includeRemoved?: boolean }): readonly WorklistRow[];
  /** The same rows in no order, a few hundred a step; `sortWorklist` puts them in order. */
  worklistPages(filter?: {
    readonly readerId?: string;
    readonly includeRemoved?: boolean;
  }): Generator<readonly WorklistRow[]>;
  worklistRow(seriesInstanceUid: string, readerId?: string): WorklistRow | undefined;
  summary(): WorkspaceSummary;
  /** Checkpoints the write-ahead log and frees the lock. */
  close(): void;
}
