import { checkJpegLsSize } from './streamSize.ts';
import { WasmCodec } from './wasmCodec.ts';

/** JPEG-LS, lossless and near-lossless (ISO 14495-1), by CharLS. */
export const jpegLsCodec = new WasmCodec(async (log) => {
  const { default: create } = await import('@cornerstonejs/codec-charls/decodewasmjs');
  const module = await create({ print: log, printErr: log });
  return module.JpegLSDecoder;
}, checkJpegLsSize);
