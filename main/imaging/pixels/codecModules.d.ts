/** The members of the untyped codec packages that are used here. */
interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned?: boolean;
}

interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): FrameInfo;
  decode(): void;
  delete(): void;
  /** CharLS only: 0 planes one after the other, 1 by line, 2 by sample. */
  getInterleaveMode?(): number;
}

interface ModuleOptions {
  print?: (line: string) => void;
  printErr?: (line: string) => void;
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  export interface CharlsModule {
    readonly JpegLSDecoder: new () => WasmDecoder;
  }
  const create: (options?: ModuleOptions) => Promise<CharlsModule>;
  export default create;
}

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface JpegTurboModule {
    readonly JPEGDecoder: new () => WasmDecoder;
  }
  const create: (options?: ModuleOptions) => Promise<JpegTurboModule>;
  export default create;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  export interface OpenJpegModule {
    readonly J2KDecoder: new () => WasmDecoder;
  }
  const create: (options?: ModuleOptions) => Promise<OpenJpegModule>;
  export default create;
}

declare module '@cornerstonejs/codec-libjxl/decodewasmjs' {
  export interface LibjxlModule {
    readonly JpegXLDecoder: new () => WasmDecoder;
  }
  const create: (options?: ModuleOptions & { wasmBinary: Uint8Array }) => Promise<LibjxlModule>;
  export default create;
}
