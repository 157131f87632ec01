import { z } from 'zod';
import { command, event, query } from './define.ts';
import { Id, None, Uint8 } from './values.ts';

export const Capabilities = z.object({
  version: z.string(),
  host: z.enum(['browser', 'electron', 'command-line']),
  /** Why this host and not the desktop window, in one line; absent under Electron. */
  hostReason: z.string().optional(),
  /** The shell can show the system's file dialogs; otherwise the app shows its own folder list. */
  canPickFiles: z.boolean(),
  /** Files dropped on the window arrive as bytes (a browser gives no paths). */
  needsUpload: z.boolean(),
});
export type Capabilities = z.output<typeof Capabilities>;

export const SystemStatus = z.object({
  workspacePath: z.string(),
  workspaceName: z.string(),
  freeBytes: z.number(),
  device: z.string(),
});

/** What the workspace holds, for the start page, the guide and the rail. */
export const WorkspaceSummary = z.object({
  patients: z.number(),
  studies: z.number(),
  series: z.number(),
  instances: z.number(),
  labels: z.number(),
  readers: z.number(),
  snapshots: z.number(),
  runs: z.number(),
  models: z.number(),
  evaluations: z.number(),
  predictions: z.number(),
  practice: z.object({ folder: z.string(), labelsCsv: z.string(), kinds: z.array(z.string()) }).optional(),
});
export type WorkspaceSummary = z.output<typeof WorkspaceSummary>;

export const DoctorCheck = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['ok', 'warning', 'failed', 'not-run']),
  detail: z.string(),
});

export const VerifyResult = z.object({ ok: z.boolean(), checks: z.array(DoctorCheck) });
export type VerifyResult = z.output<typeof VerifyResult>;

export const BackupResult = z.object({
  folder: z.string(),
  files: z.number().int(),
  bytes: z.number(),
  /** Last entry of the audit log in the copy: the log of a restored workspace is checked against it. */
  audit: z.object({ seq: z.number().int(), hash: z.string() }),
  /** Images that were imported in place from outside the workspace folder: known to the backup, not in it. */
  imagesOutside: z.number().int(),
});
export type BackupResult = z.output<typeof BackupResult>;

export const FileEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  sizeBytes: z.number(),
});

export const systemMethods = {
  'system.capabilities': query(None, Capabilities),
  'system.status': query(None, SystemStatus),
  'system.summary': query(None, WorkspaceSummary),
  'system.doctor': query(None, z.object({ checks: z.array(DoctorCheck) })),
  /** Whether everything that the workspace has written is there and unchanged; with `files` the images, too, byte by byte. */
  'system.verify': query(z.object({ files: z.boolean().default(false) }), VerifyResult),
  /**
   * Copies the workspace into a new folder `out`, while it can be worked in; the folder appears whole or not at all.
   * Answers when done. Errors: `conflict` (there is something), `invalid-input` (inside the workspace), `disk-full`.
   */
  'system.backup': command(z.object({ out: z.string().min(1) }), BackupResult),
  /** Ends the core after checkpointing, or leaves jobs running without a window. */
  'system.shutdown': command(z.object({ jobs: z.enum(['keep-running', 'checkpoint-and-stop']) }), None),
  /** Folders and files of the machine the core runs on, for choosing what to import. */
  'files.list': query(
    z.object({ path: z.string().optional() }),
    z.object({ path: z.string(), parent: z.string().optional(), entries: z.array(FileEntry) }),
  ),
  /** One piece of a file dropped on a browser window; pieces come in order. Answers where the file lies. */
  'files.upload': command(
    z.object({ uploadId: Id, name: z.string().max(1024), offset: z.number().int().nonnegative(), bytes: Uint8 }),
    z.object({ path: z.string(), folder: z.string() }),
  ),
  /** Takes an upload away that was stopped or failed before it was imported. */
  'files.discard': command(z.object({ uploadId: Id }), None),
  /** Small view preferences kept with the workspace (layout, current reader); never ground truth. */
  'settings.get': query(z.object({ key: z.string() }), z.object({ value: z.string().optional() })),
  'settings.set': command(z.object({ key: z.string().max(100), value: z.string().max(10_000) }), None),
  'workspaces.recent': query(None, z.object({ workspaces: z.array(z.object({ path: z.string(), name: z.string() })) })),
  /** Closes this workspace and opens (or creates) another; every client is told by `workspaces.opened`. */
  'workspaces.open': command(z.object({ path: z.string() }), z.object({ path: z.string() })),
  /** Makes the synthetic practice set, imports its images and defines its labels; the truth stays in a CSV. */
  'practice.create': command(
    z.object({
      patients: z.number().int().min(4).max(2000).default(120),
      seed: z.number().int().nonnegative().default(1),
      kinds: z
        .array(z.enum(['ct-nodule', 'mr-lesion', 'cr', 'ct-liver']))
        .min(1)
        .default(['ct-nodule']),
    }),
    z.object({ jobId: Id }),
  ),
};

export const systemEvents = {
  'workspaces.opened': event(z.object({ path: z.string() })),
};
