import type { BrowserWindowConstructorOptions } from 'electron';

/** The only page there is. */
export const pageUrl = 'app://groundglass/index.html';

/** One window: an ordinary web page without any power of its own. */
export function windowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 680,
    show: false,
    backgroundColor: '#0b0d10',
    title: 'Groundglass',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      plugins: false,
      spellcheck: false,
      // A training that is watched from another desktop goes on being drawn.
      backgroundThrottling: false,
    },
  };
}

/** Chromium's own errands: dictionaries, components, predictions, pings. No name is ever looked up. */
export const commandLineSwitches: readonly (readonly [name: string, value?: string])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-breakpad'],
  ['no-pings'],
  ['dns-prefetch-disable'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['disable-features', 'OptimizationHints,MediaRouter,AutofillServerCommunication,NetworkTimeServiceQuerying'],
];
