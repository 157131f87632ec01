import { type Db, transact } from '../workspace/database.ts';
import { definitionTable } from './definitions.ts';
import { labelImports } from './labelImports.ts';
import { labelQueries } from './labelQueries.ts';
import { labelRevisions } from './labelRevisions.ts';
import type { WriteAudit } from './openAudit.ts';
import { readerTable } from './readers.ts';
import { seriesMarkQueries } from './seriesMarks.ts';
import type { Truth } from './truth.ts';

export function openTruth(db: Db, writeAudit: WriteAudit): Truth {
  const readers = readerTable(db, writeAudit);
  const definitions = definitionTable(db, writeAudit);
  const revisions = labelRevisions(db, writeAudit, readers, definitions);
  return {
    ...readers,
    ...definitions,
    ...labelQueries(db),
    ...seriesMarkQueries(db),
    ...labelImports(db, writeAudit, readers, definitions, revisions),
    saveLabel: (input) => transact(db, () => revisions.save(input, { reason: input.reason }).label),
    retractLabel: (input) => transact(db, () => revisions.retract(input)),
  };
}
