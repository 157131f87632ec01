import { userInfo } from 'node:os';
import type { WorklistRow } from '../contract/images.ts';
import type { WorkspaceSummary } from '../contract/system.ts';
import { openCatalogue } from './catalogue/openCatalogue.ts';
import { sortWorklist } from './catalogue/worklist.ts';
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
  const withMarks = (row: Omit<WorklistRow, 'labels' | 'lesions'>, marks = noMarks): WorklistRow => ({
    ...row,
    labels: [...marks.labels],
    lesions: marks.lesions,
  });
  const worklistPages: Store['worklistPages'] = function* ({ readerId, includeRemoved = false } = {}) {
    for (const page of catalogue.worklistPages({ includeRemoved })) {
      const uids = page.map(({ seriesInstanceUid }) => seriesInstanceUid);
      const marks = truth.seriesMarks(uids, readerId);
      yield page.map((row) => withMarks(row, marks.get(row.seriesInstanceUid)));
    }
  };
  return {
    workspace,
    catalogue,
    truth,
    runs: openRuns(db, writeAudit, paths),
    audit,
    settings,
    worklist: (filter) => sortWorklist([...worklistPages(filter)].flat()),
    worklistPages,
    worklistRow(seriesInstanceUid, readerId) {
      const row = catalogue.worklistRow(seriesInstanceUid);
      return row && withMarks(row, truth.seriesMarks([seriesInstanceUid], readerId).get(seriesInstanceUid));
    },
    summary: summaryQuery(db, { catalogue, truth }, settings),
    close,
  };
}
