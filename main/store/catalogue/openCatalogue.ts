import type { WriteAudit } from '../truth/openAudit.ts';
import type { Db } from '../workspace/database.ts';
import type { WorkspacePaths } from '../workspace/workspacePaths.ts';
import { instanceAdder } from './addInstances.ts';
import type { Catalogue } from './catalogue.ts';
import { detailQueries } from './details.ts';
import { findingTable } from './findingTable.ts';
import { importRecordTable } from './importRecords.ts';
import { seriesChanges } from './seriesChanges.ts';
import { targetQueries } from './targets.ts';
import { fileTracking } from './trackFiles.ts';
import { worklistQueries } from './worklist.ts';

export function openCatalogue(db: Db, writeAudit: WriteAudit, paths: WorkspacePaths): Catalogue {
  const findings = findingTable(db);
  const tracking = fileTracking(db, writeAudit, findings, paths);
  return {
    ...importRecordTable(db, writeAudit, findings),
    addInstances: instanceAdder(db, writeAudit, findings, paths, tracking),
    ...tracking,
    ...worklistQueries(db),
    ...detailQueries(db, paths),
    ...targetQueries(db, paths),
    ...seriesChanges(db, writeAudit, findings),
    findings: ({ seriesInstanceUid } = {}) =>
      seriesInstanceUid === undefined ? findings.all() : findings.ofSeries(seriesInstanceUid),
  };
}
