import { userInfo } from 'node:os';
import type { WorklistRow } from '../contract/images.ts';
import type { WorkspaceSummary } from '../contract/system.ts';
import { openCatalogue } from './catalogue/openCatalogue.ts';
import { openRuns } from './runs/openRuns.ts';
import { settingTable } from './settings.ts';
import type { Settings, Store, StoreOptions } from './store.ts';
import { openAudit } from './truth/openAudit.ts';
import { openTruth } from './truth/openTruth.ts';
import type { SeriesMarks, Truth } from './truth/truth.ts';
import type { Db } from './workspace/database.ts';
import { type OpenWorkspace, openWorkspace } from './workspace/openWorkspace.ts';

const noMarks: SeriesMarks = { labels: [], lesions: 0 };

function summaryQuery(db: Db, store: Pick<Store, 'catalogue'> & { readonly truth: Truth }, settings: Settings) {
  const count = (table: string) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck();
  const counters = {
    readers: count('reader'),
    snapshots: count('snapshot'),
    runs: count('run'),
    models: count('model'),
    evaluations: count('evaluation'),
    predictions: count('prediction'),
  };
  return (): WorkspaceSummary => {
    const practice = settings.practice();
    return {
      ...store.catalogue.totals(),
      labels: store.truth.labelCount(),
      readers: counters.readers.get() ?? 0,
      snapshots: counters.snapshots.get() ?? 0,
      runs: counters.runs.get() ?? 0,
      models: counters.models.get() ?? 0,
      evaluations: counters.evaluations.get() ?? 0,
      predictions: counters.predictions.get() ?? 0,
      ...(practice && { practice }),
    };
  };
}

/** A container without a passwd entry has no user name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/**
 * Opens or creates the workspace folder.
 * Errors: `workspace-in-use` (says who), `workspace-too-new`, `workspace-damaged`, `file-unreadable`.
 */
export function openStore(path: string, { kind, attach, actor = userName() }: StoreOptions): Store {
  const opened = openWorkspace(path, kind, attach);
  try {
    return storeOf(opened, actor);
  } catch (error) {
    opened.close();
    throw error;
  }
}

function storeOf({ workspace, db, paths, close }: OpenWorkspace, actor: string): Store {
  const { audit, writeAudit } = openAudit(db, actor);
  const catalogue = openCatalogue(db, writeAudit, paths);
  const truth = openTruth(db, writeAudit);
  const settings = settingTable(db, paths);
  const withMarks = (row: Omit<WorklistRow, 'labels' | 'lesions'>, marks: SeriesMarks): WorklistRow => ({
    ...row,
    labels: [...marks.labels],
    lesions: marks.lesions,
  });
  return {
    workspace,
    catalogue,
    truth,
    runs: openRuns(db, writeAudit, paths),
    audit,
    settings,
    worklist({ readerId, includeRemoved = false } = {}) {
      const marks = truth.seriesMarks(readerId);
      const rows = catalogue.worklist({ includeRemoved });
      return rows.map((row) => withMarks(row, marks.get(row.seriesInstanceUid) ?? noMarks));
    },
    worklistRow(seriesInstanceUid, readerId) {
      const row = catalogue.worklistRow(seriesInstanceUid);
      return row && withMarks(row, truth.marksOfSeries(seriesInstanceUid, readerId));
    },
    summary: summaryQuery(db, { catalogue, truth }, settings),
    close,
  };
}
