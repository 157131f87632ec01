/** What the desktop shell's preload offers; absent in a browser. */
interface Shell {
  readonly getPathForFile: (file: File) => string;
  readonly pickFiles: (kind: 'files' | 'folder') => Promise<string[]>;
}

declare global {
  interface Window {
    readonly groundglassShell?: Shell;
  }
}

export const shell: Shell | undefined = window.groundglassShell;
