import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

interface Encoder {
  getDecodedBuffer(info: Readonly<Record<string, number | boolean>>): Uint8Array;
  setLossless(isLossless: boolean): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
}

interface EncoderPackage {
  default(options: { wasmBinary: Uint8Array }): Promise<{ JpegXLEncoder: new () => Encoder }>;
}

/** A lossless JPEG XL stream of unsigned samples, side by side; 16-bit ones little endian. */
export async function encodeJpegXl(
  bytes: Uint8Array,
  size: { readonly width: number; readonly height: number; readonly bitsPerSample: number; readonly samples: number },
): Promise<Uint8Array> {
  const name = '@cornerstonejs/codec-libjxl/encodewasmjs';
  const { default: create } = (await import(name)) as EncoderPackage;
  const wasm = import.meta.resolve('@cornerstonejs/codec-libjxl/encodewasm');
  const { JpegXLEncoder } = await create({ wasmBinary: await readFile(fileURLToPath(wasm)) });
  const encoder = new JpegXLEncoder();
  const { samples, ...info } = size;
  encoder.getDecodedBuffer({ ...info, componentCount: samples, isSigned: false }).set(bytes);
  encoder.setLossless(true);
  encoder.encode();
  return Uint8Array.from(encoder.getEncodedBuffer());
}
