import { type Db, transact } from '../workspace/database.ts';
import type { Audit, AuditEntry } from './audit.ts';
import { auditHash, canonicalJson } from './auditHash.ts';
import { verifyAudit } from './verifyAudit.ts';

/** One change, told by whoever makes it, inside the transaction of the change. */
export interface AuditedChange {
  /** What was done, past tense after the entity: `label.saved`. */
  readonly action: string;
  /** `label/lab-1f...` */
  readonly entity: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | undefined;
}

export type WriteAudit = (change: AuditedChange) => void;

interface AuditRow {
  readonly seq: number;
  readonly ts_utc: string;
  readonly actor: string;
  readonly action: string;
  readonly entity: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string | null;
  readonly prev_hash: string;
  readonly hash: string;
}

const entryOf = (row: AuditRow): AuditEntry => ({
  seq: row.seq,
  tsUtc: row.ts_utc,
  actor: row.actor,
  action: row.action,
  entity: row.entity,
  before: JSON.parse(row.before),
  after: JSON.parse(row.after),
  ...(row.reason !== null && { reason: row.reason }),
  prevHash: row.prev_hash,
  hash: row.hash,
});

/** `writeAudit` for the other tables of the store; it refuses to run outside a transaction. */
export function openAudit(db: Db, actor: string): { readonly audit: Audit; readonly writeAudit: WriteAudit } {
  const selectHead = db.prepare<[], { seq: number; hash: string }>(
    'SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1',
  );
  const selectPage = db.prepare<[number, number], AuditRow>('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?');
  const insert = db.prepare(
    `INSERT INTO audit (seq, ts_utc, actor, action, entity, before, after, reason, prev_hash, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const head = () => selectHead.get() ?? { seq: 0, hash: '' };

  const writeAudit: WriteAudit = ({ action, entity, before = null, after = null, reason }) => {
    if (!db.inTransaction) throw new Error('an audit entry belongs into the transaction of its change');
    const last = head();
    const entry = { seq: last.seq + 1, tsUtc: new Date().toISOString(), actor, action, entity, before, after, reason };
    const hash = auditHash({ ...entry, prevHash: last.hash });
    const texts = [canonicalJson(before), canonicalJson(after)];
    insert.run(entry.seq, entry.tsUtc, actor, action, entity, ...texts, reason ?? null, last.hash, hash);
  };
  const audit: Audit = {
    entries: ({ afterSeq = 0, limit = 1000 } = {}) => selectPage.all(afterSeq, limit).map(entryOf),
    head,
    verify: (anchor) => verifyAudit(db, anchor),
    record: (action, entity, after, reason) => transact(db, () => writeAudit({ action, entity, after, reason })),
  };
  return { audit, writeAudit };
}
