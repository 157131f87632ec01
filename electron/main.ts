import { homedir } from 'node:os';
import path from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session } from 'electron';
import { answerPage, appScheme, pageFiles } from './appScheme.ts';
import { closeChoice, closeDialog } from './closeDialog.ts';
import { type CoreProcess, startCore } from './coreProcess.ts';
import { lockContents, lockSession } from './lockdown.ts';
import { menuTemplate } from './menu.ts';
import { pickDialog } from './pickFiles.ts';
import { commandLineSwitches, pageUrl, windowOptions } from './windowOptions.ts';

/** The bundle lies in dist/electron; the page and the core beside it. */
const here = import.meta.dirname;
const backgroundCheckMs = 5_000;

let core: CoreProcess | undefined;
let window: BrowserWindow | undefined;
/** Set once the core is closed: from then on windows close and the program ends without a question. */
let isEnding = false;

for (const [name, value] of commandLineSwitches) app.commandLine.appendSwitch(name, value);
protocol.registerSchemesAsPrivileged([appScheme]);
app.enableSandbox();

function workspacePath(): string {
  const given = process.argv.find((argument) => argument.startsWith('--workspace='))?.slice('--workspace='.length);
  return given ? path.resolve(given) : path.join(homedir(), 'Groundglass');
}

function openWindow(): void {
  if (window) {
    window.show();
    window.focus();
    return;
  }
  const opened = new BrowserWindow(windowOptions(path.join(here, '../preload/preload.cjs')));
  window = opened;
  opened.once('ready-to-show', () => opened.show());
  // Each load of the page, the first and every reload, gets a port of its own.
  opened.webContents.on('dom-ready', () => {
    if (core) opened.webContents.postMessage('core-port', null, [core.openWindowPort()]);
  });
  opened.on('close', (event) => {
    if (isEnding) return;
    event.preventDefault();
    void closeWindow(opened);
  });
  opened.on('closed', () => {
    window = undefined;
  });
  void opened.loadURL(pageUrl);
}

async function closeWindow(closing: BrowserWindow): Promise<void> {
  if (!(await core?.hasRunningJobs())) return end();
  const { response } = await dialog.showMessageBox(closing, closeDialog);
  const choice = closeChoice(response);
  if (choice === 'stop') await end();
  if (choice !== 'background') return;
  closing.hide();
  await endWhenIdle(closing);
}

/** Without a window the program lives as long as something runs. */
async function endWhenIdle(hidden: BrowserWindow): Promise<void> {
  while (!hidden.isDestroyed() && !hidden.isVisible()) {
    if (!(await core?.hasRunningJobs())) return end();
    await new Promise((resolve) => setTimeout(resolve, backgroundCheckMs));
  }
}

async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await core?.close();
  app.quit();
}

function fail(message: string): void {
  isEnding = true;
  dialog.showErrorBox('Groundglass cannot go on', message);
  app.exit(1);
}

function start(): void {
  const files = pageFiles(path.join(here, '../renderer'));
  protocol.handle(appScheme.scheme, (request) => answerPage(request, files));
  lockSession(session.defaultSession);
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, app.isPackaged)));
  ipcMain.handle('pick-files', async ({ senderFrame }, request: unknown) => {
    const options = pickDialog(senderFrame, request);
    const { filePaths } = window ? await dialog.showOpenDialog(window, options) : { filePaths: [] };
    return filePaths;
  });
  core = startCore(path.join(here, '../core'), workspacePath(), {
    onReady: openWindow,
    onFailed: ({ message }) => fail(message),
    onShutdownRequested: () => void end(),
    onCrashed: (code) => fail(`The core process ended (${code}). What was saved is safe: start Groundglass again.`),
  });
}

if (app.requestSingleInstanceLock()) {
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  app.on('second-instance', openWindow);
  app.on('activate', openWindow);
  app.on('window-all-closed', () => undefined); // `end` decides
  app.on('before-quit', (event) => {
    if (isEnding) return;
    event.preventDefault();
    if (window) window.close();
    else void end();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end());
  void app.whenReady().then(start);
} else app.quit();
