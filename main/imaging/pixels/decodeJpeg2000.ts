import { WasmCodec } from './wasmCodec.ts';

/** JPEG 2000, lossless and lossy (ISO 15444-1), by OpenJPEG; colour transforms of the stream are undone. */
export const jpeg2000Codec = new WasmCodec(async (log) => {
  const { default: create } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
  const module = await create({ print: log, printErr: log });
  return module.J2KDecoder;
});
