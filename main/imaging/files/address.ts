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
