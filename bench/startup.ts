import path from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumArguments, ensureChromium } from '../tests/e2e/support/chromium.ts';
import { startGroundglass } from '../tests/e2e/support/startGroundglass.ts';
import { type Bench, type BenchResult, rounds } from './bench.ts';
import { inTemporaryFolder, succeed } from './commandLine.ts';
import { summarise } from './numbers.ts';

const patients = 20;

interface Start {
  readonly host: number;
  readonly page: number;
  readonly total: number;
  readonly withBrowser: number;
}

/** One start: the program, a browser of its own, and the wait for the first row of the worklist. */
async function startOnce(workspace: string, executablePath: string): Promise<Start> {
  const seconds = (since: number): number => (performance.now() - since) / 1000;
  const opened = performance.now();
  const browser = await chromium.launch({ executablePath, args: chromiumArguments() });
  const browserSeconds = seconds(opened);
  try {
    const started = performance.now();
    const program = await startGroundglass(workspace);
    const host = seconds(started);
    const page = await browser.newPage();
    await page.goto(`${program.url}#/worklist`);
    await page.getByRole('row').first().waitFor({ state: 'visible' });
    const total = seconds(started);
    await program.stop();
    return { host, page: total - host, total, withBrowser: total + browserSeconds };
  } finally {
    await browser.close();
  }
}

export const startup: Bench = {
  name: 'startup',
  title: 'From the start of the program to a usable window',
  run: (tell): Promise<BenchResult> =>
    inTemporaryFolder(async (root) => {
      const workspace = path.join(root, 'workspace');
      const phantoms = path.join(root, 'phantoms');
      const executablePath = await ensureChromium();
      await succeed(['phantom', '--out', phantoms, `--patients=${patients}`]);
      await succeed(['import', phantoms], { workspace });
      const first = await startOnce(workspace, executablePath);
      tell(`first start, the page built where it was not: ${first.total.toFixed(2)} s`);
      const starts: Start[] = [];
      for (let round = 0; round < rounds(7); round++) {
        const start = await startOnce(workspace, executablePath);
        starts.push(start);
        tell(`program ${start.host.toFixed(2)} s, page ${start.page.toFixed(2)} s`);
      }
      const figure = (quantity: string, part: keyof Start) => ({
        quantity,
        unit: 's',
        own: summarise(starts.map((start) => start[part])),
      });
      return {
        conditions: `browser host on loopback, a workspace of ${patients} patients, the page built before, Chromium without a window`,
        figures: [
          figure('process start to first worklist row visible', 'total'),
          figure('of that, until the link is printed', 'host'),
          figure('of that, in the browser', 'page'),
          figure('the start of Chromium included', 'withBrowser'),
        ],
        notes: [`The very first start took ${first.total.toFixed(2)} s.`],
      };
    }),
};
