import { createHash } from 'node:crypto';
import type { Db } from '../workspace/database.ts';
import type { AuditVerdict } from './audit.ts';

interface StoredEntry {
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

/**
 * Walks the chain without the code that wrote it: the hashed text is put together from the columns as they lie on the
 * disk (member names in alphabetical order), so that every byte of them counts.
 */
function expectedHash(row: StoredEntry): string {
  const text =
    `{"action":${JSON.stringify(row.action)},"actor":${JSON.stringify(row.actor)},"after":${row.after},` +
    `"before":${row.before},"entity":${JSON.stringify(row.entity)},"prevHash":${JSON.stringify(row.prev_hash)},` +
    `${row.reason === null ? '' : `"reason":${JSON.stringify(row.reason)},`}"seq":${row.seq},` +
    `"tsUtc":${JSON.stringify(row.ts_utc)}}`;
  return createHash('sha256').update(text).digest('hex');
}

function problemOf(row: StoredEntry, expectedSeq: number, previousHash: string): string | undefined {
  if (row.seq !== expectedSeq) return `entry ${expectedSeq} is missing`;
  if (row.prev_hash !== previousHash) return `entry ${row.seq} does not follow the one before it`;
  if (row.hash !== expectedHash(row)) return `entry ${row.seq} was changed`;
  return undefined;
}

/** With an anchor (from an export or a backup) a shortened log is found, too. */
export function verifyAudit(db: Db, anchor?: { readonly seq: number; readonly hash: string }): AuditVerdict {
  const rows = db.prepare<[], StoredEntry>('SELECT * FROM audit ORDER BY seq').iterate();
  let entries = 0;
  let headHash = '';
  let anchored = anchor === undefined || anchor.seq === 0;
  for (const row of rows) {
    const problem = problemOf(row, entries + 1, headHash);
    if (problem !== undefined) return { isIntact: false, entries, headHash, firstBadSeq: entries + 1, problem };
    entries = row.seq;
    headHash = row.hash;
    if (anchor?.seq === entries) {
      if (anchor.hash !== headHash) {
        return { isIntact: false, entries, headHash, firstBadSeq: entries, problem: 'the log is not the anchored one' };
      }
      anchored = true;
    }
  }
  if (!anchored) {
    return { isIntact: false, entries, headHash, firstBadSeq: entries + 1, problem: 'entries at the end are missing' };
  }
  return { isIntact: true, entries, headHash };
}
