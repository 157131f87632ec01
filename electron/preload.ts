import { contextBridge, ipcRenderer, webUtils } from 'electron';

/**
 * All that the page gets from the shell: one port to the core, and two things that only the shell knows, the path of a
 * dropped file and what was chosen in the system's dialog.
 */
contextBridge.exposeInMainWorld('groundglassShell', {
  getPathForFile: (file: File): string => webUtils.getPathForFile(file),
  pickFiles: (kind: 'files' | 'folder'): Promise<string[]> => ipcRenderer.invoke('pick-files', { kind }),
});

// The page's scripts have run by DOMContentLoaded, so somebody listens.
const pageIsReady = new Promise<void>((resolve) => {
  window.addEventListener('DOMContentLoaded', () => resolve(), { once: true });
});
ipcRenderer.on('core-port', ({ ports }) => {
  void pageIsReady.then(() => window.postMessage({ type: 'groundglass-port' }, window.location.origin, ports));
});
