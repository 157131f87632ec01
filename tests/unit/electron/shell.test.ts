import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { answerPage, appScheme, isOwnFrame, isOwnUrl, pageFiles } from '../../../electron/appScheme.ts';
import { closeChoice, closeDialog } from '../../../electron/closeDialog.ts';
import { lockContents, lockSession } from '../../../electron/lockdown.ts';
import { menuTemplate } from '../../../electron/menu.ts';
import { pickDialog } from '../../../electron/pickFiles.ts';
import { commandLineSwitches, pageUrl, windowOptions } from '../../../electron/windowOptions.ts';
import { workerFork } from '../../../electron/workerFork.ts';
import { contentSecurityPolicy } from '../../../main/contract/transport/contentSecurityPolicy.ts';

// What is passed to Electron, checked as values: the runtime is not needed.

test('the window has no power of its own', () => {
  const { webPreferences } = windowOptions('/preload.cjs');
  expect(webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    spellcheck: false,
  });
  expect(pageUrl).toMatch(/^app:\/\/groundglass\//);
});

test('the policy allows the program itself and nothing else', () => {
  const directives = Object.fromEntries(
    contentSecurityPolicy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
  );
  expect(directives['default-src']).toEqual(["'none'"]);
  expect(directives['script-src']).toEqual(["'self'", "'wasm-unsafe-eval'"]);
  expect(directives['style-src']).toEqual(["'self'"]);
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(directives[name]).toEqual(["'none'"]);
  expect(contentSecurityPolicy).not.toMatch(/http|\*|'unsafe-eval'/);
});

test('no name is looked up and no errand of Chromium runs', () => {
  expect(commandLineSwitches).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND']);
  expect(commandLineSwitches).toContainEqual(['disable-background-networking']);
});

test('the scheme is standard and secure, without a way around the policy', () => {
  expect(appScheme.privileges).toMatchObject({ standard: true, secure: true });
  expect(appScheme.privileges?.bypassCSP).toBeUndefined();
  expect(appScheme.privileges?.corsEnabled).toBeUndefined();
});

test.each([
  ['app://groundglass/index.html', true],
  ['blob:app://groundglass/0f', true],
  ['data:image/png;base64,AA', true],
  ['app://groundglass.evil/index.html', false],
  ['app://other/index.html', false],
  ['http://127.0.0.1:8080/', false],
  ['https://example.org/', false],
  ['ws://localhost/', false],
  ['file:///etc/passwd', false],
  ['chrome://gpu', false],
])('a request to %s passes: %s', (url, passes) => {
  expect(isOwnUrl(url)).toBe(passes);
});

let files: ReadonlyMap<string, string>;
beforeAll(() => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'groundglass-'));
  const root = path.join(folder, 'renderer');
  fs.mkdirSync(path.join(root, 'assets'), { recursive: true });
  fs.writeFileSync(path.join(root, 'index.html'), 'the page');
  fs.writeFileSync(path.join(root, 'assets/a-1.js'), 'export {}');
  fs.writeFileSync(path.join(folder, 'secret.json'), 'secret');
  fs.symlinkSync(folder, path.join(root, 'up'));
  files = pageFiles(root);
});

test('the page is answered with its policy', async () => {
  const answer = answerPage({ method: 'GET', url: 'app://groundglass/index.html?x#y' }, files);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('the page');
  expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  expect(answerPage({ method: 'HEAD', url: 'app://groundglass/assets/a-1.js' }, files).body).toBeNull();
});

test.each([
  ['GET', 'app://groundglass/up/secret.json', 404],
  ['GET', 'app://groundglass/../secret.json', 404],
  ['GET', 'app://groundglass/..%2fsecret.json', 404],
  ['GET', 'app://groundglass/..\\secret.json', 404],
  ['GET', 'app://groundglass//etc/passwd', 404],
  ['GET', 'app://groundglass/index.html%00.js', 404],
  ['GET', 'app://groundglass/__proto__', 404],
  ['GET', 'app://evil/index.html', 403],
  ['POST', 'app://groundglass/index.html', 405],
])('%s %s is refused with %i', (method, url, status) => {
  expect(answerPage({ method, url }, files).status).toBe(status);
});

test('the session denies permissions, downloads and foreign requests', () => {
  const decisions: unknown[] = [];
  let decide: (details: { url: string }, callback: (answer: unknown) => void) => void = () => undefined;
  const events = new Map<string, (event: { preventDefault(): void }) => void>();
  const session = {
    setPermissionRequestHandler: (handler: (c: null, p: string, d: (granted: boolean) => void) => void) =>
      handler(null, 'media', (granted) => decisions.push(['request', granted])),
    setPermissionCheckHandler: (handler: () => boolean) => decisions.push(['check', handler()]),
    setDevicePermissionHandler: (handler: () => boolean) => decisions.push(['device', handler()]),
    setSpellCheckerEnabled: (isOn: boolean) => decisions.push(['spelling', isOn]),
    webRequest: {
      onBeforeRequest: (handler: typeof decide) => {
        decide = handler;
      },
    },
    on: (name: string, listener: (event: { preventDefault(): void }) => void) => events.set(name, listener),
  };
  lockSession(session as never);
  expect(decisions).toEqual([
    ['request', false],
    ['check', false],
    ['device', false],
    ['spelling', false],
  ]);
  const answers: unknown[] = [];
  decide({ url: 'https://example.org/' }, (answer) => answers.push(answer));
  decide({ url: pageUrl }, (answer) => answers.push(answer));
  expect(answers).toEqual([{ cancel: true }, { cancel: false }]);
  let prevented = 0;
  events.get('will-download')?.({ preventDefault: () => prevented++ });
  expect(prevented).toBe(1);
});

test('the page can neither leave, open a window, nor embed another page', () => {
  const events = new Map<string, (event: { preventDefault(): void }) => void>();
  let open: () => { action: string } = () => ({ action: 'allow' });
  lockContents({
    on: (name: string, listener: (event: { preventDefault(): void }) => void) => events.set(name, listener),
    setWindowOpenHandler: (handler: typeof open) => {
      open = handler;
    },
  } as never);
  expect(open()).toEqual({ action: 'deny' });
  let prevented = 0;
  const names = ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'];
  for (const name of names) events.get(name)?.({ preventDefault: () => prevented++ });
  expect(prevented).toBe(names.length);
});

test('only the page may open a file dialog, and only of two kinds', () => {
  const page = { url: pageUrl };
  expect(pickDialog(page, { kind: 'folder' }).properties).toEqual(['openDirectory']);
  expect(pickDialog(page, { kind: 'files' }).properties).toEqual(['openFile', 'multiSelections']);
  expect(() => pickDialog(page, { kind: 'everything' })).toThrow();
  expect(() => pickDialog({ url: 'https://evil.example/' }, { kind: 'folder' })).toThrow('refused');
  expect(() => pickDialog(null, { kind: 'folder' })).toThrow('refused');
  expect(isOwnFrame('app://groundglass.evil/')).toBe(false);
});

test('closing with something running offers to go on, to save and stop, and to stay', () => {
  expect(closeDialog.buttons).toHaveLength(3);
  expect([0, 1, 2, 7].map(closeChoice)).toEqual(['background', 'stop', 'stay', 'stay']);
  expect(closeChoice(closeDialog.cancelId ?? -1)).toBe('stay');
});

test('a worker gets its program, its memory limit and a clean environment', () => {
  process.env.NODE_OPTIONS_TEST = 'x';
  const { file, options } = workerFork('/dist/core', {
    type: 'start-worker',
    workerId: 1,
    entry: 'learning',
    maxOldSpaceMb: 512,
    threads: 3,
  });
  delete process.env.NODE_OPTIONS_TEST;
  expect(file).toBe(path.join('/dist/core', 'learningWorker.mjs'));
  expect(options.execArgv).toEqual(['--max-old-space-size=512']);
  expect(options.env).toMatchObject({ OMP_NUM_THREADS: '3' });
  expect(options.env).not.toHaveProperty('NODE_OPTIONS_TEST');
});

test('a packaged program has no developer tools in its menu', () => {
  expect(JSON.stringify(menuTemplate('linux', true))).not.toMatch(/toggleDevTools|reload/);
  expect(JSON.stringify(menuTemplate('darwin', false))).toMatch(/toggleDevTools/);
});
