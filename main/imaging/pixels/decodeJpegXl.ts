import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkJpegXlSize } from './streamSize.ts';
import { WasmCodec } from './wasmCodec.ts';

/** JPEG XL (ISO 18181), lossless, lossy and recompressed JPEG, by libjxl. */
export const jpegXlCodec = new WasmCodec(async (log) => {
  const { default: create } = await import('@cornerstonejs/codec-libjxl/decodewasmjs');
  // Outside a browser the package finds its binary by fetch only, which knows no files.
  const wasmBinary = await readFile(fileURLToPath(import.meta.resolve('@cornerstonejs/codec-libjxl/decodewasm')));
  const module = await create({ print: log, printErr: log, wasmBinary });
  return module.JpegXLDecoder;
}, checkJpegXlSize);
