import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { MeasuredForm } from '../../../contract/lowerings.ts';
import { runtimeVersion } from '../machine/listDevices.ts';

const Machine = z.object({
  /** Homes are shared between the machines of a cluster. */
  host: z.string(),
  /** Processor and version of the engine: with another one the times are others. */
  fingerprint: z.string(),
  threads: z.number().int(),
  measuredAt: z.string(),
  forms: z.array(MeasuredForm),
});
export type MachineForms = z.output<typeof Machine>;
const FormsFile = z.object({ version: z.literal(1), machines: z.array(Machine) });

export const formsFingerprint = (): string => `${runtimeVersion()}; ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;

/** What was measured on this machine with this engine, by number of threads; empty where nothing was. */
export function readForms(file: string): readonly MachineForms[] {
  return readAll(file).filter(({ host, fingerprint }) => host === hostname() && fingerprint === formsFingerprint());
}

function readAll(file: string): readonly MachineForms[] {
  try {
    const parsed = FormsFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data.machines : []; // of another version or damaged: measured again
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT' || thrown instanceof SyntaxError) return [];
    throw thrown;
  }
}

/** Adds what was measured; what an older engine or processor measured on this machine is dropped. */
export function keepForms(file: string, threads: number, measured: readonly MeasuredForm[]): void {
  const [host, fingerprint] = [hostname(), formsFingerprint()];
  const others = readAll(file).filter((machine) => machine.host !== host);
  const own = readForms(file);
  const before = own.find((machine) => machine.threads === threads)?.forms ?? [];
  const keys = new Set(measured.map(({ key }) => key));
  const forms = [...before.filter(({ key }) => !keys.has(key)), ...measured];
  const machine: MachineForms = { host, fingerprint, threads, measuredAt: new Date().toISOString(), forms };
  const machines = [...others, ...own.filter((entry) => entry.threads !== threads), machine];
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify({ version: 1, machines }, undefined, 1));
  renameSync(`${file}.new`, file);
}
