/** Where an image's bytes are: a file path, or `archive.zip!/inner/path` for an entry of a zip archive. */
export interface SourceAddress {
  readonly filePath: string;
  /** Path inside the archive, with forward slashes. */
  readonly entryPath?: string;
}

const separator = '!/';

export function parseAddress(address: string): SourceAddress {
  const at = address.toLowerCase().indexOf(`.zip${separator}`);
  if (at < 0) return { filePath: address };
  const end = at + '.zip'.length;
  return { filePath: address.slice(0, end), entryPath: address.slice(end + separator.length) };
}

export function formatAddress({ filePath, entryPath }: SourceAddress): string {
  return entryPath === undefined ? filePath : `${filePath}${separator}${entryPath}`;
}

export const isZipName = (name: string): boolean => /\.zip$/i.test(name);

/** Tape archives have no directory and cannot be read in place: their files are copied when they are imported. */
export const isTarName = (name: string): boolean => /\.(tar|tar\.gz|tgz)$/i.test(name);

/** As it stands on discs, also with the version that ISO 9660 appends. */
export const isDicomdirName = (name: string): boolean => /^dicomdir\.?(;1)?$/i.test(name);

/** A name inside an archive that would lead out of the folder it is meant for (PKWARE APPNOTE 4.4.17), or is none. */
export function leadsOut(name: string): boolean {
  const isAbsolute = name.startsWith('/') || /^[A-Za-z]:/.test(name);
  return isAbsolute || name.includes('\\') || name.includes('\0') || name.split('/').includes('..');
}

/** Longer than what a file system would take; nothing but mischief has such names. */
export const longestName = 4096;
