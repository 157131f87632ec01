import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type DeidentifyOptions, type DeidentifyResult, ProfileOptions } from '../../contract/deidentify.ts';
import { AppError, asAppError } from '../../domain/errors.ts';
import type { DeidentifiedFile } from '../../imaging/deidentify/deidentifyFile.ts';
import { openPseudonymTable, type PseudonymTable } from '../../imaging/deidentify/pseudonymTable.ts';
import type { ImagingPool } from '../../imaging/pool.ts';

export interface SourceToDeidentify {
  readonly address: string;
  /** How the refusal names the file to the person who asked; never written into the export. */
  readonly name: string;
}

export type DeidentifiedLine =
  | { readonly source: SourceToDeidentify; readonly made: DeidentifiedFile }
  | { readonly source: SourceToDeidentify; readonly error: AppError };

/** A cine of some hundred frames is decoded, searched for text, masked and written again. */
const longestMs = 600_000;

/** Files are saved into the table after this many, so that a crash leaves no export whose patients nobody can tell. */
const savedEvery = 200;

/** Where the pseudonym table of an export lies. Errors: invalid-input where it would be inside the export. */
export function tableFile(options: Pick<DeidentifyOptions, 'out' | 'table'>): string {
  const out = path.resolve(options.out);
  const file = path.resolve(options.table ?? `${out}.pseudonyms.json`);
  const isInside = !path.relative(out, file).startsWith('..') && !path.isAbsolute(path.relative(out, file));
  if (isInside) throw new AppError('invalid-input', 'The pseudonym table must not be inside the export.');
  return file;
}

/** The pseudonym table of an export. Errors: those of `tableFile`, file-not-found and those of the table. */
export async function openTable(
  options: DeidentifyOptions,
  held?: (id: string) => string | undefined,
): Promise<PseudonymTable> {
  const file = tableFile(options);
  return openPseudonymTable(file, await givenPassphrase(options, held));
}

async function givenPassphrase(
  { passphraseFile, heldPassphrase }: DeidentifyOptions,
  held: ((id: string) => string | undefined) | undefined,
): Promise<string> {
  if (heldPassphrase !== undefined) {
    const passphrase = held?.(heldPassphrase);
    if (passphrase === undefined)
      throw new AppError('invalid-input', 'The passphrase is no longer known: give it again.');
    return passphrase;
  }
  if (passphraseFile === undefined) throw new AppError('invalid-input', 'The pseudonym table needs a passphrase.');
  return passphraseOf(passphraseFile);
}

async function passphraseOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (thrown) {
    throw new AppError('file-not-found', 'The passphrase file cannot be read.', { cause: thrown });
  }
}

/** De-identifies files with as many workers as the pool has; lines come as files are done. A bad file does not stop the rest. */
export async function* deidentifyFiles(
  sources: AsyncIterable<SourceToDeidentify> | Iterable<SourceToDeidentify>,
  options: DeidentifyOptions,
  { pool, table, signal }: { readonly pool: ImagingPool; readonly table: PseudonymTable; readonly signal: AbortSignal },
): AsyncGenerator<DeidentifiedLine> {
  await mkdir(options.out, { recursive: true });
  await table.save();
  const waiting: Promise<DeidentifiedLine>[] = [];
  let unsaved = 0;
  const settle = async (line: DeidentifiedLine): Promise<DeidentifiedLine> => {
    if ('made' in line) table.remember(line.made.patient);
    signal.throwIfAborted();
    unsaved += 1;
    if (unsaved >= savedEvery) {
      unsaved = 0;
      await table.save();
    }
    return line;
  };
  try {
    for await (const source of sources) {
      signal.throwIfAborted();
      waiting.push(deidentifyOne(source, options, pool, table, signal));
      if (waiting.length > 2 * pool.size) yield settle(await (waiting.shift() as Promise<DeidentifiedLine>));
    }
    for (const line of waiting) yield settle(await line);
  } finally {
    // Cancelled: what was written by then is in the table, too.
    for (const line of await Promise.allSettled(waiting)) {
      if (line.status === 'fulfilled' && 'made' in line.value) table.remember(line.value.made.patient);
    }
    await table.save();
  }
}

async function deidentifyOne(
  source: SourceToDeidentify,
  options: DeidentifyOptions,
  pool: ImagingPool,
  table: PseudonymTable,
  signal: AbortSignal,
): Promise<DeidentifiedLine> {
  const { out, burnedIn, masks, seriesMasks, reviewed } = options;
  const what = { address: source.address, out, burnedIn, masks, seriesMasks, reviewed };
  const request = { ...what, secret: table.keys.secret, options: profileOf(options) };
  try {
    return {
      source,
      made: await pool.run('deidentifyFile', request, { signal, priority: 'background', timeoutMs: longestMs }),
    };
  } catch (thrown) {
    return { source, error: asAppError(thrown) };
  }
}

/** Only what the engine decides by. */
const profileOf = (options: DeidentifyOptions): ProfileOptions => ProfileOptions.parse(options);

/** Counts lines into the result of an export. */
export class DeidentifyTally {
  private written = 0;
  private masked = 0;
  private readonly patients = new Set<string>();
  private readonly refused: DeidentifyResult['refused'] = [];
  private readonly elements: Record<string, number> = {};
  private readonly method = new Set<string>();
  private readonly maskedSeries = new Map<string, { images: number; boxes: number }>();

  add(line: DeidentifiedLine): void {
    if ('error' in line) {
      const { code, message } = line.error;
      this.refused.push({ path: line.source.name, code, message });
      return;
    }
    const { report, seriesInstanceUid } = line.made;
    this.written += 1;
    this.patients.add(report.pseudonym);
    for (const [decision, count] of Object.entries(report.counts))
      this.elements[decision] = (this.elements[decision] ?? 0) + count;
    for (const said of report.method) this.method.add(said);
    if (report.pixels !== 'masked') return;
    this.masked += 1;
    const series = this.maskedSeries.get(seriesInstanceUid) ?? { images: 0, boxes: 0 };
    series.images += 1;
    series.boxes += Math.max(0, ...report.masked.map((boxes) => boxes.length));
    this.maskedSeries.set(seriesInstanceUid, series);
  }

  result(options: Pick<DeidentifyOptions, 'out' | 'table'>): DeidentifyResult {
    return {
      written: this.written,
      patients: this.patients.size,
      refused: this.refused,
      masked: this.masked,
      maskedSeries: [...this.maskedSeries].map(([seriesInstanceUid, counts]) => ({ seriesInstanceUid, ...counts })),
      elements: this.elements,
      method: [...this.method],
      out: path.resolve(options.out),
      table: tableFile(options),
    };
  }
}
