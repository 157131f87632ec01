import { AppError } from '../../domain/errors.ts';

/** What the start-of-frame marker of a JPEG stream states (ISO 10918-1 annex B.2.2). */
export interface JpegFrameHeader {
  /** 0 baseline, 1 extended, 2 progressive, 3 lossless, 55 JPEG-LS (n of SOFn). */
  readonly process: number;
  readonly precision: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  /** Component identifiers and sampling factors (h << 4 | v), in stream order. */
  readonly componentIds: readonly number[];
  readonly sampling: readonly number[];
  /** Quantization table of each component. */
  readonly quantization: readonly number[];
}

/** A marker segment: `start`..`end` are the bytes after the length field. */
export interface JpegSegment {
  readonly marker: number;
  readonly start: number;
  readonly end: number;
}

/** The next marker segment at or after `position`; undefined at the end of the image. Errors: damaged-pixels. */
export function nextSegment(stream: Uint8Array, position: number): JpegSegment | undefined {
  let at = position;
  while (at + 1 < stream.length && (stream[at] !== 0xff || !isMarker(stream[at + 1] ?? 0))) at += 1;
  const marker = stream[at + 1];
  if (marker === undefined || marker === 0xd9) return undefined;
  if (marker === 0xd8) return nextSegment(stream, at + 2);
  const length = ((stream[at + 2] ?? 0) << 8) | (stream[at + 3] ?? 0);
  const end = at + 2 + length;
  if (length < 2 || end > stream.length) throw damagedJpeg('has a segment out of bounds');
  return { marker, start: at + 4, end };
}

/** Neither a stuffed zero, a fill byte nor a restart marker. */
function isMarker(code: number): boolean {
  return code !== 0 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7);
}

/** Reads the markers up to the frame header. Errors: damaged-pixels. */
export function readJpegFrameHeader(stream: Uint8Array): JpegFrameHeader {
  if (stream[0] !== 0xff || stream[1] !== 0xd8) throw damagedJpeg('is not a JPEG stream');
  let segment = nextSegment(stream, 2);
  while (segment) {
    if (isFrameMarker(segment.marker)) return frameHeaderOf(stream, segment);
    segment = nextSegment(stream, segment.end);
  }
  throw damagedJpeg('has no frame header');
}

function frameHeaderOf(stream: Uint8Array, { marker, start, end }: JpegSegment): JpegFrameHeader {
  const data = stream.subarray(start, end);
  const byte = (i: number) => data[i] ?? 0;
  const components = byte(5);
  if (data.length < 6 + 3 * components) throw damagedJpeg('has a short frame header');
  const indices = Array.from({ length: components }, (_, i) => 6 + 3 * i);
  return {
    process: marker === 0xf7 ? 55 : marker & 0x0f,
    precision: byte(0),
    rows: (byte(1) << 8) | byte(2),
    columns: (byte(3) << 8) | byte(4),
    components,
    componentIds: indices.map((i) => byte(i)),
    sampling: indices.map((i) => byte(i + 1)),
    quantization: indices.map((i) => byte(i + 2)),
  };
}

/** SOF0..SOF15 without DHT, JPG and DAC; SOF55 of JPEG-LS. */
function isFrameMarker(marker: number): boolean {
  if (marker === 0xf7) return true;
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Whether an end-of-image marker closes the stream; padding may follow it. */
export function hasEndOfImage(stream: Uint8Array): boolean {
  let end = stream.length;
  while (end > 2 && (stream[end - 1] === 0 || stream[end - 1] === 0xff)) end -= 1;
  return stream[end - 1] === 0xd9 && stream[end - 2] === 0xff;
}

export function damagedJpeg(how: string): AppError {
  return new AppError('damaged-pixels', `The JPEG image ${how}.`);
}
