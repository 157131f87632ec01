import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { PixelLayout } from './pixelLayout.ts';
import { allocate, arrayFromBytes, bytesPerValue, interleave } from './storedArray.ts';

/** Pixels as the codec gave them, and what it complained about. */
export interface DecodedFrame {
  readonly pixels: StoredPixels;
  readonly warnings: readonly string[];
}

type DecoderClass = new () => WasmDecoder;

/**
 * One WebAssembly codec instance. After a trap the instance is unusable and is made anew; the pool recycles the whole
 * process as well. Complaints on the codec's output are kept as warnings, since OpenJPEG decodes damaged streams.
 */
export class WasmCodec {
  private readonly load: (log: (line: string) => void) => Promise<DecoderClass>;
  private readonly checkStream: (frame: Uint8Array, layout: PixelLayout) => void;
  private decoderClass: DecoderClass | undefined;
  private warnings: string[] = [];

  /** `checkStream` throws where the stream's own size is not the header's. */
  constructor(
    load: (log: (line: string) => void) => Promise<DecoderClass>,
    checkStream: (frame: Uint8Array, layout: PixelLayout) => void,
  ) {
    this.load = load;
    this.checkStream = checkStream;
  }

  /** Decodes one frame and checks it against the header. Errors: damaged-pixels, unsupported-pixel-format. */
  async decode(frame: Uint8Array, layout: PixelLayout): Promise<DecodedFrame> {
    this.checkStream(frame, layout);
    this.decoderClass ??= await this.load((line) => {
      if (!line.includes('[INFO]')) this.warnings.push(line);
    });
    this.warnings = [];
    const Decoder = this.decoderClass;
    let decoder: WasmDecoder | undefined;
    try {
      decoder = new Decoder();
      decoder.getEncodedBuffer(frame.length).set(frame);
      decoder.decode();
      const pixels = takePixels(decoder, layout);
      decoder.delete();
      return { pixels, warnings: this.warnings };
    } catch (thrown) {
      // No delete(): after a trap it would trap again.
      this.decoderClass = undefined;
      if (thrown instanceof AppError) throw thrown;
      throw new AppError('damaged-pixels', `The compressed pixels cannot be decoded${this.reason()}.`, {
        cause: thrown,
      });
    }
  }

  private reason(): string {
    return this.warnings.length > 0 ? `: ${this.warnings.join('; ').slice(0, 200)}` : '';
  }
}

function takePixels(decoder: WasmDecoder, layout: PixelLayout): StoredPixels {
  const info = decoder.getFrameInfo();
  checkFrame(info.width, info.height, info.componentCount, layout);
  if (info.bitsPerSample > layout.bitsAllocated) {
    throw new AppError(
      'damaged-pixels',
      `The stream has ${info.bitsPerSample} bits, the header ${layout.bitsAllocated}.`,
    );
  }
  const values = layout.rows * layout.columns * layout.samplesPerPixel;
  const streamBytes = info.bitsPerSample <= 8 ? 1 : 2;
  const decoded = decoder.getDecodedBuffer();
  if (decoded.length < values * streamBytes) {
    throw new AppError('damaged-pixels', 'The decoder gave fewer pixels than the header states.');
  }
  const stored = widen(decoded, streamBytes, values, info, layout);
  const isByPlane = info.componentCount > 1 && decoder.getInterleaveMode?.() === 0;
  return isByPlane ? interleave(stored, layout.dtype, layout.rows * layout.columns, info.componentCount) : stored;
}

/** Errors where a stream's own size differs from the header's: damaged-pixels. */
export function checkFrame(width: number, height: number, components: number, layout: PixelLayout): void {
  if (width === layout.columns && height === layout.rows && components === layout.samplesPerPixel) return;
  throw new AppError(
    'damaged-pixels',
    `The compressed image is ${width} x ${height} x ${components}, the header says ` +
      `${layout.columns} x ${layout.rows} x ${layout.samplesPerPixel}.`,
  );
}

function widen(bytes: Uint8Array, size: number, values: number, info: FrameInfo, layout: PixelLayout): StoredPixels {
  const needsSign = layout.isSigned && !info.isSigned && info.bitsPerSample < layout.bitsAllocated;
  if (bytesPerValue(layout.dtype) === size) {
    const stored = arrayFromBytes(layout.dtype, bytes, values);
    return needsSign ? signExtend(stored, info.bitsPerSample) : stored;
  }
  const narrow = arrayFromBytes(
    info.isSigned ? (size === 1 ? 'int8' : 'int16') : size === 1 ? 'uint8' : 'uint16',
    bytes,
    values,
  );
  const out = allocate(layout.dtype, values);
  out.set(narrow);
  return needsSign ? signExtend(out, info.bitsPerSample) : out;
}

/** Two's complement values of `bits` bits in a wider signed array. */
export function signExtend(values: StoredPixels, bits: number): StoredPixels {
  const shift = 32 - bits;
  for (let i = 0; i < values.length; i++) values[i] = ((values[i] ?? 0) << shift) >> shift;
  return values;
}
