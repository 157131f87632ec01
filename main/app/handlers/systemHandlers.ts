import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppHandlers } from '../../contract/index.ts';
import type { systemMethods } from '../../contract/system.ts';
import type { AppContext } from '../context.ts';
import { deviceOverview } from '../devices/deviceOverview.ts';
import { practiceSet } from '../images/practiceSet.ts';
import { backUpWorkspace } from '../system/backUpWorkspace.ts';
import { doctor } from '../system/doctor.ts';
import { listFolder } from '../system/listFolder.ts';
import { recentWorkspaces } from '../system/recentWorkspaces.ts';
import { discardUpload, storeUploadedPiece } from '../system/uploads.ts';
import { verifyWorkspace } from '../system/verifyWorkspace.ts';
import { version } from '../version.ts';

export function systemHandlers(context: AppContext): Pick<AppHandlers, keyof typeof systemMethods> {
  const { host, store, jobs } = context;
  const { workspace } = store;
  return {
    'system.capabilities': () => ({
      version,
      host: host.kind,
      hostReason: host.reason,
      canPickFiles: host.canPickFiles,
      needsUpload: host.needsUpload,
    }),
    'system.status': async () => {
      const disk = await statfs(workspace.path);
      return {
        workspacePath: workspace.path,
        workspaceName: workspace.name,
        freeBytes: disk.bavail * disk.bsize,
        device: automaticTitle(),
      };
    },
    'system.summary': () => store.summary(),
    'system.doctor': async () => ({ checks: await doctor(context) }),
    'system.verify': ({ files }, { signal }) => verifyWorkspace(store, { files, signal }),
    'system.backup': ({ out }, { signal }) => backUpWorkspace(store, out, signal),
    'system.shutdown': ({ jobs: mode }) => {
      host.requestShutdown(mode);
      return {};
    },
    'files.list': ({ path }) => listFolder(path),
    'files.upload': (piece) => storeUploadedPiece(join(workspace.path, 'uploads'), piece),
    'files.discard': async ({ uploadId }) => {
      await discardUpload(join(workspace.path, 'uploads'), uploadId);
      return {};
    },
    'settings.get': ({ key }) => ({ value: store.settings.get(key) }),
    'settings.set': ({ key, value }) => {
      store.settings.set(key, value);
      return {};
    },
    'workspaces.recent': async () => ({ workspaces: await recentWorkspaces() }),
    'workspaces.open': ({ path }) => {
      host.requestWorkspace(path);
      return { path };
    },
    'practice.create': (input) => {
      const title = `Practice set, ${input.patients} patients`;
      const job = jobs.start({ kind: 'practice', title, run: (job) => practiceSet(context, input, job) });
      return { jobId: job.id };
    },
  };
}

/** The device that trains when nobody chooses one. */
function automaticTitle(): string {
  const { devices, automatic } = deviceOverview();
  return devices.find(({ id }) => id === automatic.device)?.title ?? automatic.device;
}
