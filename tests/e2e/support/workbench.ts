import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, type Page, test } from '@playwright/test';
import type { CoreConnection } from '../../../main/host/connection.ts';
import { Frame } from '../pages/frame.ts';
import { connectToCore } from './coreClient.ts';
import { type Groundglass, startGroundglass, temporaryWorkspace } from './startGroundglass.ts';

/**
 * What one test file works on: a workspace folder of its own, the program as a process, one browser page and a client to
 * the core beside it. The tests of a file go on where the one before stopped.
 */
export class Workbench {
  private readonly parent: { readonly folder: string };
  private running: Groundglass | undefined;
  private connection: CoreConnection | undefined;
  private shownPage: Page | undefined;
  /** Everything the page asked for that is not on this machine. */
  readonly foreignRequests: string[] = [];
  /** Uncaught errors of the page. */
  readonly pageErrors: string[] = [];

  constructor(parent: { readonly folder: string }) {
    this.parent = parent;
  }

  /** The workspace. */
  get folder(): string {
    return path.join(this.parent.folder, 'Practice');
  }

  get program(): Groundglass {
    return present(this.running);
  }

  get page(): Page {
    return present(this.shownPage);
  }

  get frame(): Frame {
    return new Frame(this.page);
  }

  get core(): CoreConnection['client'] {
    return present(this.connection).client;
  }

  async start(): Promise<void> {
    this.running = await startGroundglass(this.folder);
    this.connection = await connectToCore(this.folder);
  }

  /** A first page, or the same one with the new address after a restart. */
  async open(page: Page): Promise<void> {
    if (this.shownPage !== page) this.watch(page);
    this.shownPage = page;
    await page.goto(this.program.url);
    await this.frame.isReady();
  }

  /** Ctrl-C, then the same workspace again. */
  async restart(): Promise<void> {
    const { page } = this;
    expect(await this.stop()).toBe(0);
    await this.start();
    await this.open(page);
  }

  /** kill -9, then the same workspace again. */
  async crashAndRestart(): Promise<void> {
    const { page } = this;
    await this.program.kill();
    this.connection?.channel.close();
    await this.start();
    await this.open(page);
  }

  /** Ends the program; a core that does not end in time is a failure. */
  async stop(): Promise<number> {
    this.connection?.channel.close();
    const ended = await Promise.race([this.program.stop(), delay(20_000, 'too late' as const)]);
    if (ended === 'too late') {
      await this.program.kill();
      throw new Error('Groundglass did not end within 20 s of Ctrl-C.');
    }
    this.running = undefined;
    return ended;
  }

  async close(): Promise<void> {
    await this.shownPage?.close();
    if (this.running) expect(await this.stop()).toBe(0);
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.pageErrors.push(error.stack ?? error.message));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1') this.foreignRequests.push(request.url());
    });
  }
}

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the workbench has not been started');
  return value;
};

/** Sets the workbench of a test file up and takes it down; the file's tests run in order. */
export function openWorkbench(): Workbench {
  const workspace = temporaryWorkspace();
  const bench = new Workbench(workspace);
  test.describe.configure({ mode: 'serial' });
  test.beforeAll(async ({ browser }) => {
    await bench.start();
    await bench.open(await browser.newPage());
  });
  test.afterAll(async () => {
    await bench.close();
    workspace.remove();
    expect(bench.foreignRequests).toEqual([]);
    expect(bench.pageErrors).toEqual([]);
  });
  return bench;
}
