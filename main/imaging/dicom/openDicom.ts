import type { OpenedImage } from '../openedImage.ts';
import { decodeFrame } from '../pixels/decodeFrame.ts';
import { decodeNative } from '../pixels/decodeNative.ts';
import { type PixelLayout, pixelLayoutOf } from '../pixels/pixelLayout.ts';
import { withoutUndefined } from '../withoutUndefined.ts';
import { describeFrame, spacingOf } from './frameFacts.ts';
import { overlayPlanes } from './overlays.ts';
import { paletteOf } from './palette.ts';
import type { DicomHeader } from './readHeader.ts';
import { suvOf } from './suvFactor.ts';
import { ultrasoundRegions } from './ultrasoundRegions.ts';
import { isCalibrated, valueUnitOf } from './valueUnit.ts';

/** A DICOM image ready for decoding. Errors: those of `pixelLayoutOf`. */
export function openDicom(header: DicomHeader): OpenedImage {
  const { attributes } = header;
  const layout = pixelLayoutOf(header);
  const isPalette = layout.photometricInterpretation === 'PALETTE COLOR';
  const suv = suvOf(attributes);
  const palette = isPalette ? paletteOf(attributes) : undefined;
  return {
    format: 'dicom',
    layout,
    describe: (frameNumber) => describeFrame(attributes, frameNumber),
    decode: (frameNumber) => decodeFrame(header, frameNumber),
    overlays: (frameNumber) =>
      overlayPlanes(header.overlays, frameNumber, () => pixelCells(header, layout, frameNumber)),
    display: withoutUndefined({
      isInverted: layout.photometricInterpretation === 'MONOCHROME1' || attributes.presentationLutShape === 'INVERSE',
      palette,
      pixelPaddingValue: attributes.pixelPaddingValue,
      pixelPaddingRangeLimit: attributes.pixelPaddingRangeLimit,
      imagerPixelSpacing: spacingOf(attributes.imagerPixelSpacing),
      frameOfReferenceUid: attributes.frameOfReferenceUid,
      pixelAspectRatio: aspectRatioOf(attributes.pixelAspectRatio),
      ultrasoundRegions: ultrasoundRegions(attributes),
      suvFactor: suv && 'factor' in suv ? suv.factor : undefined,
      suvProblem: suv && 'problem' in suv ? suv.problem : undefined,
      valueUnit: valueUnitOf(attributes),
      isCalibrated: isCalibrated(attributes),
      missing: isPalette && !palette ? 'The colour table is missing; the image is shown in grey.' : undefined,
    }),
  };
}

/** The cells with all their bits; only uncompressed pixels keep those outside BitsStored. */
function pixelCells(header: DicomHeader, layout: PixelLayout, frameNumber: number): ArrayLike<number> | undefined {
  const isNative = header.transferSyntax.codec === 'native' && layout.kind === 'integer';
  return isNative && layout.samplesPerPixel === 1 ? decodeNative(header, layout, frameNumber) : undefined;
}

/** Height : width of a pixel; both positive. */
export function aspectRatioOf(values: readonly number[] | undefined): readonly [number, number] | undefined {
  const [vertical, horizontal] = values ?? [];
  return vertical && horizontal && vertical > 0 && horizontal > 0 ? [vertical, horizontal] : undefined;
}
