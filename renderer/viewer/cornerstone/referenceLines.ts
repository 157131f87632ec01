import * as cornerstone from 'cornerstone-core';
import * as tools from 'cornerstone-tools';
import { type ImagePlane, type PlanePoint, referenceLine } from '../../../main/domain/volume/imagePlane.ts';
import { updateSoon } from './paintNow.ts';

const name = 'ReferenceLines';
const imageChanged = 'groundglassimagechanged';
const lineColour = '#ffd98a';

/** Planes of the images on screen, by viewport. */
const planes = new Map<HTMLElement, { readonly imageId: string; readonly plane: ImagePlane | undefined }>();

/** cornerstone's image plane module of what is on screen; its spelling, our values. */
function imagePlaneModule(type: string, imageId: string): object | undefined {
  if (type !== 'imagePlaneModule') return undefined;
  const plane = [...planes.values()].find((shown) => shown.imageId === imageId)?.plane;
  if (!plane) return undefined;
  const [rowPixelSpacing, columnPixelSpacing] = plane.pixelSpacing;
  return {
    frameOfReferenceUID: plane.frameOfReferenceUid,
    imagePositionPatient: [...plane.position],
    imageOrientationPatient: [...plane.orientation],
    rowCosines: plane.orientation.slice(0, 3),
    columnCosines: plane.orientation.slice(3),
    rowPixelSpacing,
    columnPixelSpacing,
    rows: plane.rows,
    columns: plane.columns,
  };
}

let context: tools.Synchronizer | undefined;

/** All viewports that show each other's planes; a new image in one repaints the others. */
function together(): tools.Synchronizer {
  if (context) return context;
  cornerstone.metaData.addProvider(imagePlaneModule);
  context = new tools.Synchronizer(imageChanged, (_, source, target) => {
    if (source !== target && cornerstone.getEnabledElement(target).image) updateSoon(target);
  });
  return context;
}

/** Draws where the planes of the other viewports cut this one. */
export class ReferenceLines {
  private readonly element: HTMLElement;
  private isAdded = false;
  private isOn = false;

  constructor(element: HTMLElement) {
    this.element = element;
    planes.set(element, { imageId: '', plane: undefined });
  }

  /** What the viewport shows now. */
  setPlane(imageId: string, plane: ImagePlane | undefined): void {
    if (planes.get(this.element)?.imageId === imageId) return;
    planes.set(this.element, { imageId, plane });
    if (this.isOn) this.element.dispatchEvent(new CustomEvent(imageChanged));
  }

  set(isOn: boolean): void {
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    if (!isOn) {
      together().remove(this.element);
      tools.setToolDisabledForElement(this.element, name);
      return;
    }
    if (!this.isAdded)
      tools.addToolForElement(this.element, tools.ReferenceLinesTool, { configuration: { renderer: drawLine } });
    this.isAdded = true;
    together().add(this.element);
    tools.setToolEnabledForElement(this.element, name, { synchronizationContext: together() });
    this.element.dispatchEvent(new CustomEvent(imageChanged));
  }

  destroy(): void {
    this.set(false);
    planes.delete(this.element);
  }
}

/**
 * In place of the tool's own renderer, whose line is lost where the planes' meeting line starts beyond the image
 * (cornerstone-math cuts it to a segment first).
 */
function drawLine(context: CanvasRenderingContext2D, _: unknown, target: HTMLElement, reference: HTMLElement): void {
  const [onto, from] = [planes.get(target)?.plane, planes.get(reference)?.plane];
  const line = onto && from && referenceLine(onto, from);
  if (!line || !cornerstone.getEnabledElement(reference).image) return;
  const [start, end] = line.map((point) => onCanvas(target, point));
  if (!start || !end) return;
  const ratio = window.devicePixelRatio || 1;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  for (const [style, width] of [['#000a', 3] as const, [lineColour, 1.25] as const]) {
    context.beginPath();
    context.moveTo(start.x, start.y);
    context.lineTo(end.x, end.y);
    context.strokeStyle = style;
    context.lineWidth = width * ratio;
    context.stroke();
  }
  context.restore();
}

/** Pixel centres are integers for us, halves for cornerstone. */
const onCanvas = (element: HTMLElement, [column, row]: PlanePoint): cornerstone.CanvasCoordinate =>
  cornerstone.pixelToCanvas(element, { x: column + 0.5, y: row + 0.5 } as cornerstone.PixelCoordinate);
