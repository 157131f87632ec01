/** A file being indexed. */
export interface SourceFile {
  readonly address: string;
  readonly bytes: Uint8Array;
  readonly fileSha256: string;
}
