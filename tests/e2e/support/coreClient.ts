import { readWorkspaceLock } from '../../../main/app/standalone.ts';
import { attachToCore } from '../../../main/host/cli/attach.ts';
import type { CoreConnection } from '../../../main/host/connection.ts';

/** The typed client of the core that has this workspace open, beside the page: for looking at what the page has saved. */
export async function connectToCore(workspace: string): Promise<CoreConnection> {
  const attach = readWorkspaceLock(workspace)?.attach;
  if (!attach) throw new Error(`No running program holds ${workspace}.`);
  return attachToCore(attach);
}
