import type { FramePixels } from '../../contract/images.ts';
import type { FrameImage, InstanceFacts } from '../../domain/imageTypes.ts';
import type { LookupTable } from '../../domain/voiLut.ts';

/** A decoded frame as the contract sends it to a viewer. */
export function framePixels(frame: FrameImage, { isLossy, lossyCompressionRatios }: InstanceFacts): FramePixels {
  const voiLut = frame.voiLuts[0];
  return {
    rows: frame.rows,
    columns: frame.columns,
    samplesPerPixel: frame.samplesPerPixel,
    pixels: frame.pixels,
    minStored: frame.minStored,
    maxStored: frame.maxStored,
    bitsStored: frame.bitsStored,
    isSigned: frame.isSigned,
    invert: frame.isInverted,
    rescaleSlope: frame.rescaleSlope,
    rescaleIntercept: frame.rescaleIntercept,
    rescaleType: frame.rescaleType,
    modalityLut: frame.modalityLut && lutData(frame.modalityLut),
    windows: frame.windows.map(({ center, width, explanation }) => ({ center, width, explanation })),
    voiLutFunction: frame.voiLutFunction,
    voiLut: voiLut && lutData(voiLut),
    pixelPaddingValue: frame.pixelPaddingValue,
    pixelPaddingRangeLimit: frame.pixelPaddingRangeLimit,
    isLossy,
    lossyRatios: isLossy ? [...(lossyCompressionRatios ?? [])] : [],
    defaultWindow: { center: frame.windowCenter, width: frame.windowWidth, source: frame.windowSource },
    valueUnit: frame.valueUnit,
    suv: suvOf(frame),
    overlays: (frame.overlays ?? []).map((plane) => ({ ...plane })),
    damage: [...frame.warnings],
  };
}

function suvOf({ suvFactor, suvProblem }: FrameImage): FramePixels['suv'] {
  if (suvFactor !== undefined) return { factor: suvFactor };
  return suvProblem === undefined ? undefined : { problem: suvProblem };
}

export function lutData(table: LookupTable): NonNullable<FramePixels['voiLut']> {
  return {
    first: table.firstMapped,
    bits: table.bits,
    data: table.data,
  };
}
