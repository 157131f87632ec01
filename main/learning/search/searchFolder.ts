import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SearchRequest, SearchStatus, Trial } from '../../contract/search.ts';
import { AppError } from '../../domain/errors.ts';
import { canonicalJson } from '../dataset/canonicalJson.ts';
import { writeDurably } from '../dataset/durableFile.ts';

/** search.json of a search folder. */
export const SearchManifest = z.object({
  format: z.literal('groundglass-search'),
  version: z.literal(1),
  request: SearchRequest,
  snapshotId: z.string(),
  title: z.string(),
  createdAt: z.string(),
});
export type SearchManifest = z.output<typeof SearchManifest>;

const Ending = z.object({
  status: SearchStatus,
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type Ending = z.output<typeof Ending>;

/** search.json, trials.jsonl (a line a fit) and ended.json: what is known of a search, whatever became of it. */
export class SearchFolder {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  #at(name: string): string {
    return path.join(this.directory, name);
  }

  create(manifest: SearchManifest): void {
    mkdirSync(this.directory, { recursive: true });
    writeDurably(this.#at('search.json'), canonicalJson(manifest, 1));
  }

  manifest(): SearchManifest {
    try {
      return SearchManifest.parse(JSON.parse(readFileSync(this.#at('search.json'), 'utf8')));
    } catch (cause) {
      throw new AppError('not-found', 'There is no such search in this workspace, or it cannot be read.', { cause });
    }
  }

  addTrial(trial: Trial): void {
    appendFileSync(this.#at('trials.jsonl'), `${JSON.stringify(trial)}\n`);
  }

  /** In the order in which they were done; a line that was cut off is left out and done again. */
  trials(): Trial[] {
    if (!existsSync(this.#at('trials.jsonl'))) return [];
    return readFileSync(this.#at('trials.jsonl'), 'utf8').split('\n').flatMap(parseTrial);
  }

  end(ending: Ending): void {
    writeDurably(this.#at('ended.json'), canonicalJson(ending, 1));
  }

  /** Undefined for a search that is running, or broke off with the program. */
  ending(): Ending | undefined {
    if (!existsSync(this.#at('ended.json'))) return undefined;
    return Ending.parse(JSON.parse(readFileSync(this.#at('ended.json'), 'utf8')));
  }
}

function parseTrial(line: string): Trial[] {
  if (line === '') return [];
  try {
    return [Trial.parse(JSON.parse(line))];
  } catch {
    return []; // the last line of a killed search may be cut off
  }
}

/** Ids of the searches in a folder of runs. */
export function searchIds(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'search.json')));
}
