import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { DeviceTest } from '../../contract/devices.ts';
import { settingsFolder } from '../system/settingsFolder.ts';

const Entry = z.object({
  /** Homes are shared between the machines of a cluster: a result counts on its own machine only. */
  host: z.string(),
  /** Hardware, driver and engine version the result belongs to. */
  fingerprint: z.string(),
  test: DeviceTest,
});
type Entry = z.output<typeof Entry>;
const ResultsFile = z.object({ version: z.literal(1), results: z.array(Entry) });

const resultsFile = (): string => join(settingsFolder(), 'devices.json');

function read(): Entry[] {
  try {
    const parsed = ResultsFile.safeParse(JSON.parse(readFileSync(resultsFile(), 'utf8')));
    return parsed.success ? parsed.data.results : []; // of another version or damaged: test again
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT' || thrown instanceof SyntaxError) return [];
    throw thrown;
  }
}

/** The last test of each device of this machine, by device id; beside the user's settings, the same for every workspace. */
export function deviceResults(): ReadonlyMap<string, Omit<Entry, 'host'>> {
  const here = read().filter(({ host }) => host === hostname());
  return new Map(here.map(({ fingerprint, test }) => [test.device, { fingerprint, test }]));
}

/** Takes the place of the device's former result. */
export function keepDeviceResult(fingerprint: string, test: DeviceTest): void {
  const host = hostname();
  const others = read().filter((entry) => entry.host !== host || entry.test.device !== test.device);
  const text = JSON.stringify({ version: 1, results: [...others, { host, fingerprint, test }] }, undefined, 2);
  mkdirSync(settingsFolder(), { recursive: true });
  writeFileSync(`${resultsFile()}.new`, text);
  renameSync(`${resultsFile()}.new`, resultsFile());
}
