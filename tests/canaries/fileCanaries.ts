import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import dicomParser from 'dicom-parser';
import { deidentifyPaths } from '../../main/app/deidentify/deidentifyPaths.ts';
import { DeidentifyOptions } from '../../main/contract/deidentify.ts';
import { randomStream } from '../../main/domain/random.ts';
import { nodeSpawner } from '../../main/host/spawn.ts';
import { readHeader } from '../../main/imaging/dicom/readHeader.ts';
import { canaryFile } from '../unit/deidentify/canaryFile.ts';
import { holdsCanary } from '../unit/deidentify/holdsCanary.ts';
import { readIndependently } from '../unit/deidentify/independentReader.ts';
import { type ForeignFile, foreignFile } from './foreignNames.ts';

const profiles = {
  basic: {},
  generous: {
    dates: 'shift',
    keepPatientCharacteristics: true,
    keepDevice: false,
    cleanDescriptors: true,
    keepSafePrivate: true,
  },
} as const;

/** What became of the canaries under one profile. */
export interface FileMeasurement {
  readonly profile: string;
  readonly sources: number;
  readonly written: number;
  readonly refused: number;
  readonly bytesSearched: number;
  /** Files, names or the table that hold a canary. */
  readonly leaks: readonly string[];
  /** A source UID with two new ones, or a reference that leads nowhere. */
  readonly uidMistakes: readonly string[];
  /** Files that a reader could not read, or read another PatientID of. */
  readonly unread: Readonly<Record<string, number>>;
}

interface Source {
  readonly file: string;
  readonly index: number;
  readonly foreign: ForeignFile | undefined;
}

/** `latin` files with canaries everywhere and `foreign` ones with names in other scripts, through the real workers. */
export async function measureFileCanaries(
  plan: {
    readonly seed: number;
    readonly latin: number;
    readonly foreign: number;
    readonly python: string | undefined;
  },
  log: (line: string) => void,
): Promise<FileMeasurement[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'canaries-'));
  try {
    const sources = writeSources(path.join(folder, 'Qzx-source'), plan);
    const results: FileMeasurement[] = [];
    for (const [profile, chosen] of Object.entries(profiles)) {
      log(`profile ${profile}: ${sources.length} files`);
      results.push(await measureProfile(folder, profile, chosen, sources, plan.python));
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeSources(
  folder: string,
  { seed, latin, foreign }: { readonly seed: number; readonly latin: number; readonly foreign: number },
): Source[] {
  mkdirSync(folder, { recursive: true });
  const random = randomStream(seed, 'foreign names');
  const put = (name: string, bytes: Uint8Array): string => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };
  const plain = Array.from({ length: latin }, (_, index): Source => {
    const { name, bytes } = canaryFile(index);
    return { file: put(name, bytes), index, foreign: undefined };
  });
  const others = Array.from({ length: foreign }, (_, index): Source => {
    const made = foreignFile(index, foreign, random);
    return { file: put(made.name, made.bytes), index, foreign: made };
  });
  return [...plain, ...others];
}

async function measureProfile(
  folder: string,
  profile: string,
  chosen: object,
  sources: readonly Source[],
  python: string | undefined,
): Promise<FileMeasurement> {
  const out = path.join(folder, profile);
  const passphraseFile = path.join(folder, 'passphrase');
  writeFileSync(passphraseFile, 'correct horse battery');
  const options = DeidentifyOptions.parse({ ...chosen, out, passphraseFile, burnedIn: 'accept' });
  const made = new Map<string, string>();
  let refused = 0;
  const request = { paths: sources.map(({ file }) => file), options, spawnWorker: nodeSpawner(() => undefined) };
  for await (const line of deidentifyPaths({ ...request, signal: new AbortController().signal })) {
    if (typeof line.file === 'string') made.set(String(line.path), line.file);
    else if (line.error !== undefined) refused++;
  }
  const names = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dcm'));
  const contents = new Map(names.map((name) => [name, readFileSync(path.join(out, name))]));
  const table = readFileSync(`${out}.pseudonyms.json`);
  return {
    profile,
    sources: sources.length,
    written: names.length,
    refused,
    bytesSearched: [...contents.values()].reduce((sum, { length }) => sum + length, table.length),
    leaks: leaksIn(contents, table, made, sources),
    uidMistakes: uidMistakes(contents, made, sources),
    unread: { ...unreadBy(contents), ...(python === undefined ? {} : { pydicom: unreadByPydicom(out, python) }) },
  };
}

function leaksIn(
  contents: ReadonlyMap<string, Buffer>,
  table: Buffer,
  made: ReadonlyMap<string, string>,
  sources: readonly Source[],
): string[] {
  const origin = new Map(sources.map((source) => [made.get(source.file), source]));
  const secrets = sources.flatMap(({ foreign }) => foreign?.secrets ?? []);
  const isLeak = (bytes: Buffer, source: Source | undefined): boolean =>
    holdsCanary(bytes, source?.foreign ? -1 : (source?.index ?? -1)) ||
    (source?.foreign?.secrets ?? []).some((secret) => bytes.includes(Buffer.from(secret)));
  const leaks = [...contents].flatMap(([name, bytes]) => {
    const source = origin.get(name);
    return isLeak(bytes, source) || isLeak(Buffer.from(name), source) ? [name] : [];
  });
  // Ciphertext in base64 holds any three letters somewhere: the table is searched for whole canaries.
  const isInTable =
    /qzx\d+v/i.test(table.toString('latin1')) || secrets.some((secret) => table.includes(Buffer.from(secret)));
  return isInTable ? [...leaks, 'the pseudonym table'] : leaks;
}

/** The same UID has become the same in every file; references lead to the copies of what they led to. */
function uidMistakes(
  contents: ReadonlyMap<string, Buffer>,
  made: ReadonlyMap<string, string>,
  sources: readonly Source[],
): string[] {
  const mapped = new Map<string, string>();
  const mistakes: string[] = [];
  const note = (before: string, after: string, where: string): void => {
    if (before === '' || !/^[0-9.]+$/.test(before)) return;
    if ((mapped.get(before) ?? after) !== after) mistakes.push(`${where}: ${before}`);
    mapped.set(before, after);
  };
  const references: (readonly [where: string, to: string, uid: string])[] = [];
  for (const { file, foreign } of sources) {
    const name = made.get(file);
    const bytes = name === undefined ? undefined : contents.get(name);
    if (!name || !bytes) continue;
    // The sources are odder than the independent readers like.
    const before = readHeader(readFileSync(file)).attributes;
    const after = dicomParser.parseDicom(bytes);
    note(before.sopInstanceUid ?? '', (after.string('x00080018') ?? '').trim(), name);
    note(before.studyInstanceUid ?? '', (after.string('x0020000d') ?? '').trim(), name);
    note(before.seriesInstanceUid ?? '', (after.string('x0020000e') ?? '').trim(), name);
    const reference = after.elements.x00081140?.items?.[0]?.dataSet?.string('x00081155');
    if (foreign) references.push([name, foreign.refersTo, (reference ?? '').trim()]);
  }
  for (const [where, to, uid] of references) if (mapped.get(to) !== uid) mistakes.push(`${where}: reference to ${to}`);
  return mistakes;
}

function unreadBy(contents: ReadonlyMap<string, Buffer>): Record<string, number> {
  const unread = { 'dicom-parser': 0, dcmjs: 0 };
  for (const [name, bytes] of contents) {
    const pseudonym = name.split(/[/\\]/)[0];
    if (attempt(() => dicomParser.parseDicom(bytes).string('x00100020')) !== pseudonym) unread['dicom-parser']++;
    // dcmjs refuses files of several character sets, as their sources.
    const hasSeveralSets = attempt(() => dicomParser.parseDicom(bytes).string('x00080005')?.includes('\\'));
    if (!hasSeveralSets && attempt(() => readIndependently(bytes).PatientID) !== pseudonym) unread.dcmjs++;
  }
  return unread;
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    // Counted as unread.
    return undefined;
  }
}

function unreadByPydicom(out: string, python: string): number {
  const script = path.resolve(import.meta.dirname, '../oracles/readExport.py');
  return Number(JSON.parse(execFileSync(python, [script, out], { encoding: 'utf8' })).unread);
}
