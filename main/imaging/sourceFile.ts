/** A file being indexed. */
export interface SourceFile {
  readonly address: string;
  /** The file, or as much of its start as the header needs. */
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  /** When the file, or the archive it lies in, was written last; whole ms. */
  readonly modifiedMs: number;
  /** '' where hashes are not wanted (yet). */
  readonly fileSha256: string;
  /** Of a native pixel element, where the file was hashed without being in memory; '' where hashes are not wanted. */
  readonly pixelSha256?: string;
}
