import type { FrameRef, PresentationState, StackDetail } from '../../main/contract/images.ts';
import type { VoiWindow } from '../../main/domain/voiLut.ts';
import { type DisplayImage, firstWindow } from './displayImage.ts';
import { type ImageSource, nearestFirst } from './frameSource.ts';
import type { HeatMap } from './heatMap.ts';
import { planeOf } from './imagePlane.ts';
import { displaySpacing } from './measurement.ts';
import {
  type FramePresentation,
  placementFor,
  presentationOf,
  presentedImage,
} from './presentation/framePresentation.ts';
import { isSameStack, nearestFrame } from './stackPart.ts';
import type { ViewportAdapter, ViewState } from './viewportAdapter.ts';
import { type CanvasPoint, type Size, toImage, type ViewTransform, viewTransform, zoomAbout } from './viewTransform.ts';

/**
 * One viewport: which stack it shows, where in it, how it is looked at. Imperative and outside React; components
 * subscribe to its state. The picture on screen always belongs to `shownIndex`; `index` runs ahead of it while a frame
 * is on its way, so that marks and texts are never drawn over another frame's image.
 */
export interface ViewportState {
  readonly stack: StackDetail | undefined;
  /** Wanted frame. */
  readonly index: number;
  /** Painted frame; undefined while nothing is. */
  readonly shownIndex: number | undefined;
  /** As painted: with the grey values of the presentation state, if there is one. */
  readonly image: DisplayImage | undefined;
  readonly error: string | undefined;
  readonly view: ViewState;
  readonly size: Size;
  readonly isPlaying: boolean;
  readonly heatMap: HeatMap | undefined;
  readonly hasReferenceLines: boolean;
  readonly isLoupeShown: boolean;
  /** The chosen presentation state; images it does not name are shown as they are. */
  readonly presentation: PresentationState | undefined;
  /** Overlays and annotations. */
  readonly areOverlaysShown: boolean;
}

const startView: ViewState = {
  window: undefined,
  isInverted: false,
  zoom: 1,
  pan: { x: 0, y: 0 },
  rotation: 0,
  isFlipped: false,
};
const startState: ViewportState = {
  stack: undefined,
  index: 0,
  shownIndex: undefined,
  image: undefined,
  error: undefined,
  view: startView,
  size: { width: 1, height: 1 },
  isPlaying: false,
  heatMap: undefined,
  hasReferenceLines: false,
  isLoupeShown: false,
  presentation: undefined,
  areOverlaysShown: true,
};

const prefetchReach = 400;
/** Where the header gives no rate; faster than a screen can paint is pointless. */
const usualFrameMs = 1000 / 12;
const shortestFrameMs = 1000 / 60;

export class ViewportController {
  private readonly source: ImageSource;
  private readonly listeners = new Set<() => void>();
  private state: ViewportState = startState;
  private adapter: ViewportAdapter | undefined;
  private cineTimer: ReturnType<typeof setInterval> | undefined;
  /** The person has chosen a window: it stays while scrolling. Else each stack starts with its own. */
  private hasOwnWindow = false;
  /** The image on screen before its presentation state. */
  private unpresented: DisplayImage | undefined;
  /** Counts requests for images, so that a late answer never replaces a later one. */
  private lastAsked = 0;
  private lastShown = 0;

  constructor(source: ImageSource) {
    this.source = source;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): ViewportState => this.state;

  /** The frame on screen. */
  get shownFrame(): FrameRef | undefined {
    const { stack, shownIndex } = this.state;
    return shownIndex === undefined ? undefined : stack?.frames[shownIndex];
  }

  /** Image pixels to CSS pixels of the viewport; undefined while nothing is shown. */
  get transform(): ViewTransform | undefined {
    return transformOf(this.state);
  }

  attach(adapter: ViewportAdapter): void {
    this.adapter = adapter;
    adapter.setReferenceLines(this.state.hasReferenceLines);
    this.paint();
  }

  detach(): void {
    this.stopCine();
    this.adapter?.destroy();
    this.adapter = undefined;
    this.source.prefetch(this, []);
  }

  resize(size: Size): void {
    if (size.width === this.state.size.width && size.height === this.state.size.height) return;
    this.change({ size });
    this.paint();
  }

  /** Shows a stack from `index`, or from its middle. The same stack again only scrolls. */
  setStack(stack: StackDetail | undefined, index?: number): void {
    const before = this.state.stack;
    if (stack?.stackId === before?.stackId) {
      if (index !== undefined) this.scrollTo(index);
      return;
    }
    if (stack && before && isSameStack(stack, before)) {
      this.stopCine();
      this.replaceStack(stack, index ?? nearestFrame(stack, before.frames[this.state.index]));
      return;
    }
    this.stopCine();
    this.hasOwnWindow = false;
    this.unpresented = undefined;
    const { size, hasReferenceLines, areOverlaysShown } = this.state;
    this.change({ ...startState, stack, size, hasReferenceLines, areOverlaysShown });
    this.adapter?.clear();
    if (stack && stack.frames.length > 0) this.scrollTo(index ?? Math.floor((stack.frames.length - 1) / 2));
  }

  /** Another stack of the same body in the same place: window, zoom and pan stay. Its image should be in memory. */
  replaceStack(stack: StackDetail, index: number): void {
    this.change({ stack, index, shownIndex: undefined });
    void this.showWanted();
  }

  /** Asks for the wanted image again, which its source would now make differently. */
  refresh(): void {
    void this.showWanted();
  }

  scrollTo(index: number): void {
    const { stack } = this.state;
    if (!stack || stack.frames.length === 0) return;
    const wanted = Math.min(stack.frames.length - 1, Math.max(0, index));
    this.change({ index: wanted });
    void this.showWanted();
  }

  scrollBy(steps: number): void {
    this.scrollTo(this.state.index + steps);
  }

  /** To the next image of the same place (another time, echo or b-value); stays where there is none. */
  scrollWithinPosition(by: 1 | -1): void {
    const { stack, index } = this.state;
    const [here, there] = [stack?.frames[index], stack?.frames[index + by]];
    const isSamePlace = here?.slicePositionMm !== undefined && here.slicePositionMm === there?.slicePositionMm;
    if (isSamePlace) this.scrollTo(index + by);
  }

  /** The header's own VOI table in place of a window. */
  showTable(): void {
    this.hasOwnWindow = true;
    this.setView({ window: undefined });
  }

  setWindow(window: VoiWindow): void {
    this.hasOwnWindow = true;
    this.setView({ window });
  }

  /** Dragging: a quarter of the present width for 100 pixels, so that CT and float images feel alike. */
  dragWindow(dx: number, dy: number): void {
    const { image, view } = this.state;
    if (!image) return;
    const window = view.window ?? image.fullRange;
    const step = Math.max(Math.abs(window.width), image.fullRange.width / 200) / 400;
    const smallest = Math.min(1, image.fullRange.width / 1000);
    this.setWindow({ center: window.center + dy * step, width: Math.max(smallest, window.width + dx * step) });
  }

  invert(): void {
    this.setView({ isInverted: !this.state.view.isInverted });
  }

  zoomBy(factor: number, anchor?: CanvasPoint): void {
    const { view, size } = this.state;
    const { transform } = this;
    if (transform) this.setView(zoomAbout(transform, view, anchor ?? [size.width / 2, size.height / 2], factor));
  }

  panBy(dx: number, dy: number): void {
    const { view } = this.state;
    const { transform } = this;
    if (!transform) return;
    const [perColumn, perRow] = transform.panScale;
    this.setView({ pan: { x: view.pan.x + dx / perColumn, y: view.pan.y + dy / perRow } });
  }

  reset(): void {
    const { image } = this.state;
    this.hasOwnWindow = false;
    this.setView({ ...startView, ...this.presentedPlacement(), window: image && firstWindow(image) });
  }

  /** A quarter turn clockwise. */
  rotate(): void {
    const { rotation } = this.state.view;
    this.setView({ rotation: ((rotation + 90) % 360) as ViewState['rotation'], pan: { x: 0, y: 0 } });
  }

  /** Left and right of the screen changed. */
  flip(): void {
    const { rotation, isFlipped } = this.state.view;
    const isLying = rotation === 90 || rotation === 270;
    // A lying image is flipped along its columns, which is a flip along its rows and half a turn.
    const turned = isLying ? (((rotation + 180) % 360) as ViewState['rotation']) : rotation;
    this.setView({ isFlipped: !isFlipped, rotation: turned, pan: { x: 0, y: 0 } });
  }

  toggleOverlays(): void {
    this.change({ areOverlaysShown: !this.state.areOverlaysShown });
  }

  /** Shows images the way a presentation state wants; undefined: as they are. Starts the view anew. */
  setPresentation(presentation: PresentationState | undefined): void {
    if (presentation === this.state.presentation) return;
    this.hasOwnWindow = false;
    this.change({ presentation });
    const image = this.unpresented && this.presented(this.unpresented);
    this.change({ image });
    this.setView({ ...startView, ...this.presentedPlacement(), window: image && firstWindow(image) });
  }

  /** What the presentation state says about the frame on screen. */
  get shownPresentation(): FramePresentation | undefined {
    return shownPresentationOf(this.state);
  }

  private presented(image: DisplayImage): DisplayImage {
    return presentedImage(image, this.shownPresentation);
  }

  private presentedPlacement(): Partial<ViewState> {
    const { image, size, stack } = this.state;
    return image ? placementFor(this.shownPresentation, image, size, displaySpacing(stack)) : {};
  }

  toggleCine(): void {
    if (this.cineTimer !== undefined) {
      this.stopCine();
      return;
    }
    const { stack } = this.state;
    if (!stack || stack.frames.length < 2) return;
    const frameMs = Math.max(shortestFrameMs, stack.frameTimeMs ?? usualFrameMs);
    this.cineTimer = setInterval(() => this.cineStep(), frameMs);
    this.change({ isPlaying: true });
  }

  setHeatMap(heatMap: HeatMap | undefined): void {
    if (heatMap === this.state.heatMap) return;
    this.change({ heatMap });
    this.paint();
  }

  setReferenceLines(isOn: boolean): void {
    if (isOn === this.state.hasReferenceLines) return;
    this.change({ hasReferenceLines: isOn });
    this.adapter?.setReferenceLines(isOn);
  }

  /** The magnifying glass at a place of the viewport; undefined takes it away. */
  showLoupe(place: CanvasPoint | undefined): void {
    const { transform } = this;
    const at = place && transform && { image: toImage(transform, place), place };
    this.adapter?.showLoupe(at);
    if (this.state.isLoupeShown !== (at !== undefined)) this.change({ isLoupeShown: at !== undefined });
  }

  private cineStep(): void {
    const { stack, index, shownIndex } = this.state;
    // A frame on its way is waited for, not jumped over.
    if (stack && shownIndex === index) this.scrollTo((index + 1) % stack.frames.length);
  }

  private stopCine(): void {
    if (this.cineTimer === undefined) return;
    clearInterval(this.cineTimer);
    this.cineTimer = undefined;
    this.change({ isPlaying: false });
  }

  private async showWanted(): Promise<void> {
    const { stack, index } = this.state;
    const frame = stack?.frames[index];
    if (!stack || !frame) return;
    const isStillWanted = (): boolean => this.state.stack === stack && this.state.index === index;
    this.lastAsked += 1;
    const asked = this.lastAsked;
    try {
      const image = this.source.peek(frame.imageId) ?? (await this.source.get(frame.imageId));
      // While scrolling on, images that come late are shown on the way, in the order they were asked for.
      if (this.state.stack === stack && asked > this.lastShown) {
        this.lastShown = asked;
        this.show(image, index);
      }
    } catch (error) {
      if (isStillWanted() && asked === this.lastAsked) this.fail(error);
    }
    if (isStillWanted()) this.prefetchAround(stack, index);
  }

  private show(source: DisplayImage, index: number): void {
    const { view, image: before, heatMap, stack, presentation } = this.state;
    const frame = stack?.frames[index];
    const meant = frame && presentationOf(presentation, frame);
    const image = presentedImage(source, meant);
    const isFirst = before === undefined;
    const keepsWindow = this.hasOwnWindow || (!isFirst && presentation === undefined);
    const window = keepsWindow ? view.window : firstWindow(image);
    // A heat map belongs to one frame; the next one is given by whoever has it.
    const keptHeatMap = this.unpresented === source ? heatMap : undefined;
    this.unpresented = source;
    this.change({ image, shownIndex: index, error: undefined, view: { ...view, window }, heatMap: keptHeatMap });
    this.paint();
  }

  private fail(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.adapter?.clear();
    this.change({ image: undefined, shownIndex: undefined, heatMap: undefined, error: text });
  }

  private prefetchAround(stack: StackDetail, index: number): void {
    const ahead = nearestFirst(index, stack.frames.length, prefetchReach);
    this.source.prefetch(
      this,
      ahead.flatMap((i) => stack.frames[i]?.imageId ?? []),
    );
  }

  private setView(view: Partial<ViewState>): void {
    this.change({ view: { ...this.state.view, ...view } });
    this.paint();
  }

  private paint(): void {
    const { image, view, stack, heatMap } = this.state;
    const frame = this.shownFrame;
    const plane = stack && frame && planeOf(stack, frame);
    if (image) this.adapter?.paint({ image, view, spacing: displaySpacing(stack), heatMap, plane });
  }

  private change(change: Partial<ViewportState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of [...this.listeners]) listener();
  }
}

export function transformOf({ image, stack, view, size }: ViewportState): ViewTransform | undefined {
  return image && viewTransform(size, image, displaySpacing(stack), view);
}

/** What the chosen presentation state says about the frame on screen. */
export function shownPresentationOf({ stack, shownIndex, presentation }: ViewportState): FramePresentation | undefined {
  const frame = shownIndex === undefined ? undefined : stack?.frames[shownIndex];
  return frame && presentationOf(presentation, frame);
}
