import { checkJpeg2000Size } from './streamSize.ts';
import { WasmCodec } from './wasmCodec.ts';

/**
 * JPEG 2000 and high-throughput JPEG 2000, lossless and lossy (ISO 15444-1, 15444-15), by OpenJPEG; colour transforms of the
 * stream are undone. OpenJPH is not used: it is known to run for ever on some damaged streams.
 */
export const jpeg2000Codec = new WasmCodec(async (log) => {
  const { default: create } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
  const module = await create({ print: log, printErr: log });
  return module.J2KDecoder;
}, checkJpeg2000Size);
