import type { VoiWindow } from '../../main/domain/voiLut.ts';
import type { ImagePlane } from '../../main/domain/volume/imagePlane.ts';
import type { DisplayImage } from './displayImage.ts';
import type { HeatMap } from './heatMap.ts';
import type { CanvasPoint, ImagePoint, Placement, Rotation } from './viewTransform.ts';

/** Everything about the view that a person can change. Never truth, never saved as such. */
export interface ViewState extends Placement {
  /** Undefined: the image's own VOI table. */
  readonly window: VoiWindow | undefined;
  /** The person's wish, on top of MONOCHROME1. */
  readonly isInverted: boolean;
  readonly rotation: Rotation;
  readonly isFlipped: boolean;
}

export interface Picture {
  readonly image: DisplayImage;
  readonly view: ViewState;
  readonly spacing: { readonly rowMm: number; readonly columnMm: number } | undefined;
  readonly heatMap: HeatMap | undefined;
  /** Where the image lies in the patient. */
  readonly plane: ImagePlane | undefined;
}

/** What paints a viewport. Implemented by `cornerstone/`; nothing else knows what is behind it. */
export interface ViewportAdapter {
  paint(picture: Picture): void;
  clear(): void;
  /** The magnifying glass over `image`, drawn at `place`; undefined takes it away. */
  showLoupe(at: { readonly image: ImagePoint; readonly place: CanvasPoint } | undefined): void;
  /** Whether the planes of the other viewports are drawn as lines over this one, and this one's over theirs. */
  setReferenceLines(isOn: boolean): void;
  destroy(): void;
}
