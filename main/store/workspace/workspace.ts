/** What a workspace folder gives besides its database. */

/** Who holds a workspace; the content of `lock.json`. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601, UTC: when the holder opened the workspace. */
  readonly startedAt: string;
  /** browser, electron, command-line, test... */
  readonly kind: string;
  /** Where another process may attach; absent until the host listens. */
  readonly attach?: AttachAddress;
}

export interface AttachAddress {
  readonly url: string;
  readonly token: string;
}

/** Content-addressed files under blobs/: the key is the SHA-256 (hex) of the bytes. */
export interface Blobs {
  /** Writes (tmp, fsync, rename, fsync of the folder) unless it is there; returns the key. */
  put(bytes: Uint8Array): string;
  /** Checks the bytes against the key; `not-found` or `workspace-damaged`. */
  get(key: string): Uint8Array;
  has(key: string): boolean;
  /** Of every blob that is there. */
  keys(): readonly string[];
}

/** What a copy of the database holds. */
export interface DatabaseCopy {
  /** Of the format. */
  readonly version: number;
  readonly auditHead: { readonly seq: number; readonly hash: string };
}

export interface Workspace {
  /** Absolute path of the folder. */
  readonly path: string;
  readonly name: string;
  readonly databasePath: string;
  readonly snapshotsFolder: string;
  readonly runsFolder: string;
  readonly modelsFolder: string;
  readonly cacheFolder: string;
  readonly blobs: Blobs;
  readonly holder: LockHolder;
  /** Tells other processes where to attach; rewrites the lock file. */
  announce(attach: AttachAddress): void;
  /** A consistent copy of the database at `file` by SQLite's online backup, fsynced; blobs are not copied. */
  backupDatabase(file: string): Promise<DatabaseCopy>;
  /** SQLite's integrity check of every page and foreign key; undefined where all is well. Blocks for its time. */
  databaseProblem(): string | undefined;
}
