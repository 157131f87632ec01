/** One change. `before` and `after` are JSON values; `hash` chains the entries (see auditHash.ts). */
export interface AuditEntry {
  readonly seq: number;
  readonly tsUtc: string;
  readonly actor: string;
  readonly action: string;
  readonly entity: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason?: string;
  readonly prevHash: string;
  readonly hash: string;
}

export interface AuditVerdict {
  readonly isIntact: boolean;
  readonly entries: number;
  /** Hash of the last entry; '' for an empty log. Anchor it in exports and backups: a chain alone cannot show truncation. */
  readonly headHash: string;
  readonly firstBadSeq?: number;
  readonly problem?: string;
}

export interface Audit {
  /** Oldest first. */
  entries(page?: { readonly afterSeq?: number; readonly limit?: number }): readonly AuditEntry[];
  head(): { readonly seq: number; readonly hash: string };
  verify(anchor?: { readonly seq: number; readonly hash: string }): AuditVerdict;
  /** For commands of the app that change nothing in the database (export, backup, shutdown...). */
  record(action: string, entity: string, after?: unknown, reason?: string): void;
}
