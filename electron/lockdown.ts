import type { Session, WebContents } from 'electron';
import { isOwnUrl } from './appScheme.ts';

/** The parts of a session that are closed; structural, so that a test can look on. */
type ClosableSession = Pick<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setSpellCheckerEnabled'
  | 'webRequest'
  | 'on'
>;

/** Denies every permission (Electron grants all by default), every download and every request but the page's own. */
export function lockSession(session: ClosableSession): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isOwnUrl(url) }));
  session.on('will-download', (event) => event.preventDefault());
}

type ClosableContents = Pick<WebContents, 'on' | 'setWindowOpenHandler'>;

/** The page stays where it is: no navigation, no new window, no embedded page. */
export function lockContents(contents: ClosableContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
