import { AppError, asAppError } from '../../domain/errors.ts';
import type { ImageFormat } from '../../domain/imageTypes.ts';
import { isTarName } from './address.ts';
import { readStart } from './openSource.ts';
import { sniffFormat, sniffLength } from './sniffFormat.ts';
import { dicomdirReason, type FoundFile, walkPaths } from './walkPaths.ts';

/**
 * One file met while scanning, told apart by its first bytes. `ignored` files are those that nobody would take for an image
 * (DICOMDIR, CSV, text).
 */
export type ScannedFile =
  | { readonly kind: 'image'; readonly address: string; readonly relativePath: string; readonly format: ImageFormat }
  | { readonly kind: 'ignored'; readonly address: string; readonly relativePath: string; readonly reason: string }
  | { readonly kind: 'rejected'; readonly address: string; readonly relativePath: string; readonly error: AppError };

const companions =
  /(^|\/)(\.[^/]*|thumbs\.db|readme[^/]*|licen[sc]e[^/]*|[^/]*\.(csv|tsv|json|txt|md|xml|html?|pdf|log|ini|exe|inf|js|css|py|docx?|xlsx?))$/i;

/** Files that come along with images and are none, by their names. */
export const isCompanion = (relativePath: string): boolean => companions.test(relativePath);

/**
 * The files of `walkPaths` with their formats; nothing is parsed but the first bytes. Never throws for a file: it is
 * `rejected` with file-not-found, file-unreadable, unknown-format or limit-exceeded. Tape archives are not opened.
 */
export async function* scanPaths(paths: readonly string[]): AsyncGenerator<ScannedFile> {
  for await (const found of walkPaths(paths)) yield await classify(found);
}

async function classify(found: FoundFile): Promise<ScannedFile> {
  const { address, relativePath } = found;
  if (found.kind === 'rejected' || found.kind === 'ignored') return found;
  if (found.kind === 'tar') return rejected(found, 'An archive of this kind can be imported, not read in place.');
  const start = await readStart(address, sniffLength).catch((thrown: unknown) => asAppError(thrown, 'file-unreadable'));
  if (start instanceof AppError) return { kind: 'rejected', address, relativePath, error: start };
  const format = sniffFormat(start, relativePath);
  if (format === 'zip') return rejected(found, archiveMessage(address));
  if (format === 'dicomdir') return { kind: 'ignored', address, relativePath, reason: dicomdirReason };
  if (format !== 'unknown') return { kind: 'image', address, relativePath, format };
  if (!found.isNamed && isCompanion(relativePath)) {
    return { kind: 'ignored', address, relativePath, reason: 'not an image by its name and content' };
  }
  return rejected(found, 'This is not an image file that Groundglass knows.');
}

/** Why an archive that was met as a file is not opened. */
export const archiveMessage = (address: string): string =>
  /!\//.test(address) || isTarName(address)
    ? 'Archives within archives are not opened.'
    : 'Only archives named .zip are opened.';

function rejected({ address, relativePath }: FoundFile, message: string): ScannedFile {
  return { kind: 'rejected', address, relativePath, error: new AppError('unknown-format', message) };
}
