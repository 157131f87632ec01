import type { FrameRef, PresentationGraphic, PresentationState, Shutter } from '../../../main/contract/images.ts';
import { fullRangeWindow, type VoiWindow } from '../../../main/domain/voiLut.ts';
import { type DisplayImage, extremes, tableOf } from '../displayImage.ts';
import type { ViewState } from '../viewportAdapter.ts';
import { fitScale, type Size } from '../viewTransform.ts';

/** What a presentation state says about one frame. */
export interface FramePresentation {
  readonly state: PresentationState;
  readonly voi: PresentationState['voi'][number] | undefined;
  readonly area: PresentationState['displayedAreas'][number] | undefined;
  readonly graphics: readonly PresentationGraphic[];
  readonly shutters: readonly Shutter[];
}

type Images = PresentationState['images'];

const names = (images: Images, frame: FrameRef): boolean =>
  images.some(
    ({ sopInstanceUid, frameNumbers }) =>
      sopInstanceUid === frame.sopInstanceUid &&
      (frameNumbers.length === 0 || frameNumbers.includes(frame.frameNumber)),
  );

/** Whether a presentation state is about a frame at all. */
export const appliesTo = (state: PresentationState, frame: FrameRef): boolean => names(state.images, frame);

/** The parts of a presentation state that are about a frame; undefined where the state is about other images. */
export function presentationOf(state: PresentationState | undefined, frame: FrameRef): FramePresentation | undefined {
  if (!state || !appliesTo(state, frame)) return undefined;
  const isMeant = ({ images }: { images: Images }): boolean => images.length === 0 || names(images, frame);
  const { graphics, shutters } = state;
  return {
    state,
    voi: state.voi.find(isMeant),
    area: state.displayedAreas.find(isMeant),
    graphics: graphics.filter(isMeant),
    shutters,
  };
}

const made = new WeakMap<DisplayImage, { readonly state: PresentationState; readonly image: DisplayImage }>();

/**
 * The image with the grey values of a presentation state: its rescale or modality table, VOI and polarity in place of the
 * image's own (PS3.4 N.2.1). Colour images keep theirs.
 */
export function presentedImage(image: DisplayImage, presentation: FramePresentation | undefined): DisplayImage {
  if (!presentation || image.isColour) return image;
  const { state } = presentation;
  const known = made.get(image);
  if (known?.state === state) return known.image;
  const result = withPresentation(image, presentation);
  made.set(image, { state, image: result });
  return result;
}

function withPresentation(image: DisplayImage, { state, voi }: FramePresentation): DisplayImage {
  const rescaled = withModality(image, state);
  const [first] = voi?.windows ?? [];
  const window = first && withoutExplanation(first);
  const voiTable = voi?.voiLuts[0] && tableOf(voi.voiLuts[0]);
  const fullRange = fullRangeWindow(
    rescaled.slope * rescaled.minimum + rescaled.intercept,
    rescaled.slope * rescaled.maximum + rescaled.intercept,
  );
  return {
    ...rescaled,
    ...(voi ? { windows: voi.windows.map(withoutExplanation), voiLutFunction: voi.voiLutFunction, voiTable } : {}),
    // Without a VOI the identity is meant: all output values of the modality step (PS3.3 C.11.8).
    startWindow: window ?? (voi ? rescaled.startWindow : fullRange),
    windowSource: window ? 'header' : rescaled.windowSource,
    ...(voi ? {} : { windows: [], voiTable: undefined }),
    isInverted: state.isInverted,
    presentationTable: state.presentationLut && tableOf(state.presentationLut),
    overlays: [...image.overlays, ...state.overlays],
  };
}

const withoutExplanation = ({ center, width }: { center: number; width: number }): VoiWindow => ({ center, width });

function withModality(image: DisplayImage, state: PresentationState): DisplayImage {
  const { modalityLut, rescaleSlope, rescaleIntercept, rescaleType } = state;
  if (modalityLut) {
    const { first, data } = modalityLut;
    const pixels = Uint16Array.from(image.pixels, (value) => data[clamp(value - first, data.length)] ?? 0);
    return { ...image, pixels, ...extremes(pixels), slope: 1, intercept: 0, padding: undefined };
  }
  if (rescaleSlope === undefined || rescaleIntercept === undefined) return image;
  return { ...image, slope: rescaleSlope, intercept: rescaleIntercept, unit: rescaleType ?? image.unit };
}

const clamp = (index: number, length: number): number => Math.min(length - 1, Math.max(0, index));

/**
 * How the viewport looks at a frame under a presentation state: turned, flipped, and its displayed area fitted in. MAGNIFY
 * counts screen pixels; TRUE SIZE cannot be known and is fitted.
 */
export function placementFor(
  presentation: FramePresentation | undefined,
  image: DisplayImage,
  size: Size,
  spacing: Parameters<typeof fitScale>[2],
): Pick<ViewState, 'zoom' | 'pan' | 'rotation' | 'isFlipped'> {
  if (!presentation) return { zoom: 1, pan: { x: 0, y: 0 }, rotation: 0, isFlipped: false };
  const { state, area } = presentation;
  const turned = { rotation: state.rotationDegrees, isFlipped: state.isFlippedHorizontally };
  if (!area) return { zoom: 1, pan: { x: 0, y: 0 }, ...turned };
  // The area may reach beyond the image; its corners are pixels, counted from 1, both inside.
  const [left, right] = inOrder(area.topLeft[0], area.bottomRight[0]);
  const [top, bottom] = inOrder(area.topLeft[1], area.bottomRight[1]);
  const shown = { columns: right - left + 1, rows: bottom - top + 1 };
  const whole = fitScale(size, image, spacing, turned.rotation);
  const isMagnified = area.sizeMode === 'MAGNIFY' && area.magnification !== undefined;
  const zoom = isMagnified
    ? (area.magnification ?? 1) / whole
    : fitScale(size, shown, spacing, turned.rotation) / whole;
  const across = image.columns / 2 - (left + right - 1) / 2;
  const down = image.rows / 2 - (top + bottom - 1) / 2;
  return { zoom, pan: onScreen(across, down, turned), ...turned };
}

const inOrder = (a: number, b: number): readonly [number, number] => (a <= b ? [a, b] : [b, a]);

/** A shift in image pixels as pan, which counts to the right and down on the screen in pixels of the axis that lies there. */
function onScreen(
  across: number,
  down: number,
  { rotation, isFlipped }: Pick<ViewState, 'rotation' | 'isFlipped'>,
): { readonly x: number; readonly y: number } {
  const u = isFlipped ? -across : across;
  if (rotation === 90) return { x: -down, y: u };
  if (rotation === 180) return { x: -u, y: -down };
  if (rotation === 270) return { x: down, y: -u };
  return { x: u, y: down };
}
