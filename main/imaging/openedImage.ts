import type { FrameFacts, ImageFormat, InstanceFacts, OverlayPlane, UltrasoundRegion } from '../domain/imageTypes.ts';
import type { LookupTable } from '../domain/voiLut.ts';
import type { PixelLayout } from './pixels/pixelLayout.ts';
import type { DecodedFrame } from './pixels/wasmCodec.ts';

/** A palette as 8-bit RGB; index `firstMapped` maps to entry 0. */
export interface Palette {
  readonly firstMapped: number;
  readonly rgb: Uint8Array;
}

/** An image file with its header read, whatever its format; frames are decoded on demand. */
export interface OpenedImage {
  readonly format: ImageFormat;
  readonly layout: PixelLayout;
  /** `frameNumber` counts from 1. */
  describe(frameNumber: number): {
    readonly facts: FrameFacts;
    readonly modalityLut: LookupTable | undefined;
    readonly voiLuts: readonly LookupTable[];
  };
  /** Stored values: see `decodeFrame`. */
  decode(frameNumber: number): Promise<DecodedFrame>;
  /** Overlay planes of one frame; formats without overlays lack this. */
  overlays?(frameNumber: number): readonly OverlayPlane[];
  readonly display: {
    readonly isInverted: boolean;
    readonly palette?: Palette;
    readonly pixelPaddingValue?: number;
    readonly pixelPaddingRangeLimit?: number;
    readonly imagerPixelSpacing?: InstanceFacts['imagerPixelSpacing'];
    readonly frameOfReferenceUid?: string;
    readonly pixelAspectRatio?: readonly [vertical: number, horizontal: number];
    readonly ultrasoundRegions?: readonly UltrasoundRegion[];
    readonly suvFactor?: number;
    readonly suvProblem?: string;
    readonly valueUnit?: string;
    /** Modality values mean the same in every image (HU): a header window that shows nothing here is right all the same. */
    readonly isCalibrated?: boolean;
    /** What the image lacks to be shown as meant; becomes a warning of every frame. */
    readonly missing?: string;
  };
}
