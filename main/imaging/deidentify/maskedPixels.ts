import { AppError } from '../../domain/errors.ts';
import type { StoredPixels } from '../../domain/imageTypes.ts';
import type { DicomHeader } from '../dicom/readHeader.ts';
import { decodeFrame } from '../pixels/decodeFrame.ts';
import { type PixelLayout, pixelLayoutOf } from '../pixels/pixelLayout.ts';
import { detectBurnedIn } from './burned-in/detectBurnedIn.ts';
import { maskRectangles, type PixelBox } from './burned-in/maskRectangles.ts';
import { type OutElement, textValue } from './writeElements.ts';

/** Rectangles to fill in every frame, and whether to fill what the text detector finds, too. */
export interface MaskRequest {
  readonly boxes: readonly PixelBox[];
  readonly withDetected: boolean;
}

export interface MaskedPixels {
  /** Pixel data and the attributes that describe how it is written, for explicit VR little endian. */
  readonly elements: readonly OutElement[];
  /** Per frame, boxes filled. */
  readonly boxes: readonly (readonly PixelBox[])[];
}

const largestBytes = 2 ** 31 - 1;

/** Decodes every frame, fills the boxes and writes the frames uncompressed. Errors: those of `decodeFrame`, file-too-large. */
export async function maskedPixels(header: DicomHeader, request: MaskRequest): Promise<MaskedPixels> {
  const layout = pixelLayoutOf(header);
  if (layout.kind !== 'integer' || layout.bitsAllocated === 1) {
    throw new AppError('unsupported-pixel-format', 'Pixels of this kind cannot be masked.');
  }
  if (
    layout.rows * layout.columns * layout.samplesPerPixel * (layout.bitsAllocated / 8) * layout.frames >
    largestBytes
  ) {
    throw new AppError('file-too-large', 'The masked image would be larger than 2 GB.');
  }
  const frames: Uint8Array[] = [];
  const boxes: (readonly PixelBox[])[] = [];
  for (let frameNumber = 1; frameNumber <= layout.frames; frameNumber++) {
    const { pixels } = await decodeFrame(header, frameNumber);
    const found = request.withDetected ? detectBurnedIn(pixels, layout) : [];
    const all = [...request.boxes, ...found];
    maskRectangles({ pixels, rows: layout.rows, columns: layout.columns }, all, fillOf(pixels, layout));
    frames.push(bytesOf(pixels));
    boxes.push(all);
  }
  return { elements: describing(layout, frames), boxes };
}

/** Black where it has a value: the lowest of the frame in grey images, no light in colour ones. */
function fillOf(pixels: StoredPixels, { samplesPerPixel, photometricInterpretation }: PixelLayout): number[] {
  if (samplesPerPixel === 3) return photometricInterpretation.startsWith('YBR_F') ? [0, 128, 128] : [0, 0, 0];
  if (photometricInterpretation === 'PALETTE COLOR') return [0];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of pixels) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [photometricInterpretation === 'MONOCHROME1' ? high : low];
}

/** Every machine that Node runs on is little endian. */
const bytesOf = (pixels: StoredPixels): Uint8Array =>
  new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);

function describing(layout: PixelLayout, frames: readonly Uint8Array[]): OutElement[] {
  const number = (tag: string, value: number): OutElement => ({
    tag,
    vr: 'US',
    value: [Uint8Array.of(value & 255, value >> 8)],
  });
  const { photometricInterpretation: given, samplesPerPixel } = layout;
  const written = samplesPerPixel === 1 ? given : given.startsWith('YBR_F') ? 'YBR_FULL' : 'RGB';
  const total = frames.reduce((sum, frame) => sum + frame.length, 0);
  const value = total % 2 === 0 ? [...frames] : [...frames, new Uint8Array(1)];
  return [
    { tag: '00280004', vr: 'CS', value: [textValue(written, 'CS')] },
    ...(samplesPerPixel === 3 ? [number('00280006', 0)] : []),
    number('00280101', layout.bitsStored),
    number('00280102', layout.bitsStored - 1),
    { tag: '00280301', vr: 'CS', value: [textValue('NO', 'CS')] },
    { tag: '7fe00010', vr: layout.bitsAllocated > 8 ? 'OW' : 'OB', value },
  ];
}
