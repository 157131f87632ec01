import { type JpegFrameHeader, nextSegment } from './jpegMarkers.ts';
import type { PixelLayout } from './pixelLayout.ts';
import { checkJpegLsSize } from './streamSize.ts';
import { WasmCodec } from './wasmCodec.ts';

/** Sequential JPEG of 8 bits by libjpeg-turbo; it refuses streams that it has a warning about. */
const codec = new WasmCodec(async (log) => {
  const { default: create } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs');
  const module = await create({ print: log, printErr: log });
  return module.JPEGDecoder;
  // The frame header is that of JPEG-LS.
}, checkJpegLsSize);

/**
 * Whether libjpeg-turbo gives what is stored: with subsampled components it would smooth the colours, and many passes over one
 * image are better counted by us.
 */
export function isForTurbo({ process, precision, sampling }: JpegFrameHeader, { dtype }: PixelLayout): boolean {
  return process <= 1 && precision === 8 && dtype === 'uint8' && sampling.every((s) => s === sampling[0]);
}

/** Components as stored. Errors: damaged-pixels. */
export const decodeJpegTurbo = (frame: Uint8Array, layout: PixelLayout): ReturnType<WasmCodec['decode']> =>
  codec.decode(layout.samplesPerPixel === 1 ? frame : withoutTransform(frame), layout);

/** An Adobe marker that says: no colour transform. */
const adobe = Uint8Array.from([0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0]);

/** The stream with that marker for all its application segments; of these a JFIF one would have the codec make RGB. */
function withoutTransform(stream: Uint8Array): Uint8Array {
  const parts = [stream.subarray(0, 2), adobe];
  let segment = nextSegment(stream, 2);
  while (segment && segment.marker !== 0xda) {
    const isApplication = segment.marker >= 0xe0 && segment.marker <= 0xef;
    if (!isApplication) parts.push(stream.subarray(segment.start - 4, segment.end));
    segment = nextSegment(stream, segment.end);
  }
  if (segment) parts.push(stream.subarray(segment.start - 4));
  return Buffer.concat(parts);
}
