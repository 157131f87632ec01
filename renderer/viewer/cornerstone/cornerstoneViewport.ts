import * as cornerstone from 'cornerstone-core';
import { COLOUR_COUNT, type ColourMap, colourTable } from '../../../main/domain/colourMaps.ts';
import type { VoiWindow } from '../../../main/domain/voiLut.ts';
import { type DisplayImage, greyTable, noFrameFacts } from '../displayImage.ts';
import type { HeatMap } from '../heatMap.ts';
import type { Picture, ViewportAdapter, ViewState } from '../viewportAdapter.ts';
import { type CanvasPoint, fitScale, type ImagePoint } from '../viewTransform.ts';
import { Loupe } from './loupe.ts';
import { disable, enableWithPainter } from './paintNow.ts';
import { ReferenceLines } from './referenceLines.ts';
import { prepareTools } from './toolbox.ts';

type LayerViewport = NonNullable<cornerstone.EnabledElementLayer['viewport']>;

/** Marks the image's own VOI table where cornerstone compares windows; a real width is never negative. */
const ownTable = { windowCenter: 0, windowWidth: -1 };

/**
 * Paints with cornerstone-core 2.6 on a 2D canvas. The image is always layer 0 and a heat map layer 1, each with its own
 * viewport (`syncViewports` off): cornerstone's synchronisation takes the scales at the time a layer is added for equal,
 * which they are not in a zoomed view. Grey tables are ours (DICOM PS3.3 C.11.2, all VOI LUT functions), handed over as
 * the image's cached LUT.
 */
export class CornerstoneViewport implements ViewportAdapter {
  private readonly element: HTMLElement;
  private readonly paintNow: () => void;
  private readonly loupe: Loupe;
  private readonly referenceLines: ReferenceLines;
  private baseLayer: string | undefined;
  private heatLayer: string | undefined;
  private shown: { source: DisplayImage; image: cornerstone.Image } | undefined;
  private shownHeat: { source: HeatMap['pixels']; image: cornerstone.Image } | undefined;

  constructor(element: HTMLElement) {
    this.element = element;
    prepareTools();
    this.paintNow = enableWithPainter(element);
    this.loupe = new Loupe(element);
    this.referenceLines = new ReferenceLines(element);
  }

  paint({ image, view, spacing, heatMap, plane }: Picture): void {
    const enabled = cornerstone.getEnabledElement(this.element);
    enabled.syncViewports = false;
    this.fitCanvas(enabled);
    const viewport = this.placeOf(image, view, spacing, enabled.canvas);
    this.paintBase(enabled, image, view, spacing, viewport);
    this.paintHeat(heatMap, spacing, viewport);
    cornerstone.updateImage(this.element);
    this.paintNow();
    this.referenceLines.setPlane(image.imageId, plane);
    this.loupe.refresh();
  }

  showLoupe(at: { readonly image: ImagePoint; readonly place: CanvasPoint } | undefined): void {
    if (at && this.shown) this.loupe.show(at.image, at.place);
    else this.loupe.hide();
  }

  setReferenceLines(isOn: boolean): void {
    this.referenceLines.set(isOn);
  }

  clear(): void {
    this.loupe.hide();
    this.referenceLines.setPlane('', undefined);
    cornerstone.purgeLayers(this.element);
    this.baseLayer = undefined;
    this.heatLayer = undefined;
    this.shown = undefined;
    this.shownHeat = undefined;
    const enabled = cornerstone.getEnabledElement(this.element);
    Reflect.deleteProperty(enabled, 'image'); // else the next animation frame paints it again
    // Hidden, not only emptied: a desynchronised canvas keeps its last picture on screen.
    if (enabled.canvas) enabled.canvas.style.visibility = 'hidden';
  }

  destroy(): void {
    this.loupe.hide();
    this.referenceLines.destroy();
    disable(this.element);
  }

  /** One canvas pixel per device pixel; cornerstone itself stays at CSS pixels and blurs. */
  private fitCanvas({ canvas }: cornerstone.EnabledElement): void {
    if (!canvas) return;
    const { clientWidth, clientHeight } = this.element;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.style.width = `${clientWidth}px`;
    canvas.style.height = `${clientHeight}px`;
    canvas.style.visibility = 'visible';
  }

  private placeOf(
    image: DisplayImage,
    view: ViewState,
    spacing: Picture['spacing'],
    canvas: HTMLCanvasElement | undefined,
  ): Pick<LayerViewport, 'scale' | 'translation' | 'pixelReplication' | 'rotation' | 'hflip'> {
    const size = { width: canvas?.width ?? 1, height: canvas?.height ?? 1 };
    const scale = fitScale(size, image, spacing, view.rotation) * view.zoom;
    return {
      scale,
      translation: { x: view.pan.x, y: view.pan.y },
      pixelReplication: scale > 12,
      rotation: view.rotation,
      hflip: view.isFlipped,
    };
  }

  private paintBase(
    enabled: cornerstone.EnabledElement,
    source: DisplayImage,
    view: ViewState,
    spacing: Picture['spacing'],
    place: Partial<LayerViewport>,
  ): void {
    if (this.shown?.source !== source) this.shown = { source, image: makeImage(source, spacing) };
    const { image } = this.shown;
    const isInverted = source.isInverted !== view.isInverted;
    const voi = view.window
      ? { windowCenter: view.window.center, windowWidth: view.window.width }
      : source.voiTable
        ? ownTable
        : { windowCenter: source.fullRange.center, windowWidth: source.fullRange.width };
    setTable(image, voi, isInverted, () => sharedTable(source, view.window, isInverted));
    this.baseLayer ??= cornerstone.addLayer(this.element, image, {});
    const layer = cornerstone.getLayer(this.element, this.baseLayer);
    layer.image = image;
    enabled.image = image;
    Object.assign(layer.viewport ?? {}, place, { voi, invert: isInverted });
  }

  private paintHeat(heatMap: HeatMap | undefined, spacing: Picture['spacing'], place: Partial<LayerViewport>): void {
    // Cornerstone draws opacity 0 at full strength, so a fully faint map is no layer at all.
    if (!heatMap || heatMap.opacity <= 0) {
      if (this.heatLayer !== undefined) cornerstone.removeLayer(this.element, this.heatLayer);
      this.heatLayer = undefined;
      return;
    }
    if (this.shownHeat?.source !== heatMap.pixels)
      this.shownHeat = { source: heatMap.pixels, image: makeHeatImage(heatMap, spacing) };
    this.heatLayer ??= cornerstone.addLayer(this.element, this.shownHeat.image, {});
    const layer = cornerstone.getLayer(this.element, this.heatLayer);
    layer.image = this.shownHeat.image;
    layer.options = { ...layer.options, opacity: heatMap.opacity };
    const voi = { windowCenter: 128, windowWidth: 256 };
    Object.assign(layer.viewport ?? {}, place, { voi, invert: false, colormap: registerColourMap(heatMap.colourMap) });
  }
}

/** Of the image's values, widened to powers of two, so that the slices of a stack share their grey table. */
function tableRange({ minimum, maximum }: Pick<DisplayImage, 'minimum' | 'maximum'>): {
  minimum: number;
  maximum: number;
} {
  const reach = (value: number): number => 2 ** Math.ceil(Math.log2(Math.max(value, 1) + 1));
  return { minimum: minimum < 0 ? -reach(-minimum) : 0, maximum: Math.max(0, maximum < 0 ? 0 : reach(maximum) - 1) };
}

let lastTable: { readonly key: readonly unknown[]; readonly table: Uint8ClampedArray } | undefined;

/** The grey table of an image, made once for all images that map the same way. */
function sharedTable(source: DisplayImage, window: VoiWindow | undefined, isInverted: boolean): Uint8ClampedArray {
  const { slope, intercept, voiLutFunction, voiTable, presentationTable, fullRange } = source;
  const range = tableRange(source);
  const shown = window ?? (voiTable ? undefined : fullRange);
  const ends = [range.minimum, range.maximum, shown?.center, shown?.width];
  const key = [...ends, slope, intercept, voiLutFunction, voiTable, presentationTable, isInverted];
  if (lastTable && key.every((part, i) => part === lastTable?.key[i])) return lastTable.table;
  const table = greyTable({ ...source, ...range }, window, isInverted);
  lastTable = { key, table };
  return table;
}

interface CachedTable {
  windowCenter: number;
  windowWidth: number;
  invert: boolean;
  lutArray: Uint8ClampedArray;
}

function setTable(
  image: cornerstone.Image,
  voi: { windowCenter: number; windowWidth: number },
  invert: boolean,
  make: () => Uint8ClampedArray,
): void {
  const cached = image.cachedLut as unknown as CachedTable | undefined;
  const isSame =
    cached?.windowCenter === voi.windowCenter && cached.windowWidth === voi.windowWidth && cached.invert === invert;
  if (!isSame) Object.assign(image, { cachedLut: { ...voi, invert, lutArray: make() } satisfies CachedTable });
}

type Spacing = Picture['spacing'];

/** The members of a cornerstone image that its canvas renderer reads. */
export function makeImage(source: DisplayImage, spacing: Spacing): cornerstone.Image {
  const { imageId, rows, columns, pixels, slope, intercept, isColour, fullRange } = source;
  const { minimum, maximum } = tableRange(source);
  const image = {
    imageId,
    rows,
    columns,
    height: rows,
    width: columns,
    minPixelValue: minimum,
    maxPixelValue: maximum,
    slope,
    intercept,
    windowCenter: fullRange.center,
    windowWidth: fullRange.width,
    color: isColour,
    rgba: isColour,
    invert: source.isInverted,
    sizeInBytes: pixels.byteLength,
    rowPixelSpacing: spacing?.rowMm,
    columnPixelSpacing: spacing?.columnMm,
    getPixelData: () => pixels,
  };
  return image as unknown as cornerstone.Image;
}

function makeHeatImage(heatMap: HeatMap, spacing: Spacing): cornerstone.Image {
  return makeImage(
    {
      imageId: `heat:${heatMap.id}`,
      rows: heatMap.rows,
      columns: heatMap.columns,
      isColour: false,
      pixels: heatMap.pixels,
      minimum: 0,
      maximum: 255,
      slope: 1,
      intercept: 0,
      unit: undefined,
      isInverted: false,
      windows: [],
      voiLutFunction: 'LINEAR',
      voiTable: undefined,
      fullRange: { center: 128, width: 256 },
      startWindow: { center: 128, width: 256 },
      ...noFrameFacts,
    },
    spacing,
  );
}

/** Below this alpha (of 255) a colour is not drawn: the neutral end lies between two of the 256 steps. */
const faintest = 8;

/** Registers a colour map once, with the transparency of its neutral end, and names it. */
function registerColourMap(map: ColourMap): string {
  const id = `groundglass-${map.name}`;
  const colors = colourTable(map).map(([red, green, blue, alpha]) => [red, green, blue, alpha < faintest ? 0 : alpha]);
  cornerstone.colors.getColormap(id, { name: map.title, numColors: COLOUR_COUNT, colors });
  return id;
}
