import * as cornerstone from 'cornerstone-core';
import * as tools from 'cornerstone-tools';
import type { CanvasPoint, ImagePoint } from '../viewTransform.ts';

const name = 'Magnify';
const sizePixels = 280;
const leftButton = 1;

/**
 * The magnifying glass of cornerstone-tools. It is driven by the tool's own events, which our pointer gestures raise, so
 * that mouse, pen and finger act alike. Its canvas exists only while it is shown.
 */
export class Loupe {
  private readonly element: HTMLElement;
  private isAdded = false;
  private at: { image: ImagePoint; place: CanvasPoint } | undefined;

  constructor(element: HTMLElement) {
    this.element = element;
  }

  /** `image`: what is looked at; `place`: where the pointer is in the viewport. The first call opens the loupe. */
  show(image: ImagePoint, place: CanvasPoint): void {
    if (!this.at) this.open();
    const isFirst = !this.at;
    this.at = { image, place };
    this.tell(isFirst ? tools.EVENTS.MOUSE_DOWN : tools.EVENTS.MOUSE_DRAG);
    if (isFirst) requestAnimationFrame(() => this.place());
    else this.place();
  }

  /** The picture below has changed. */
  refresh(): void {
    const { at } = this;
    if (!at) return;
    this.hide();
    this.show(at.image, at.place);
  }

  hide(): void {
    if (!this.at) return;
    this.tell(tools.EVENTS.MOUSE_UP);
    this.at = undefined;
    tools.setToolDisabledForElement(this.element, name);
  }

  private open(): void {
    const ratio = window.devicePixelRatio || 1;
    if (!this.isAdded) {
      const configuration = { magnifySize: Math.round(sizePixels * ratio), magnificationLevel: 2.5 };
      tools.addToolForElement(this.element, tools.MagnifyTool, { configuration });
    }
    this.isAdded = true;
    tools.setToolActiveForElement(this.element, name, { mouseButtonMask: leftButton });
  }

  private tell(event: string): void {
    if (!this.at) return;
    const enabled = cornerstone.getEnabledElement(this.element);
    const [column, row] = this.at.image;
    const image = { x: column + 0.5, y: row + 0.5 } as cornerstone.PixelCoordinate;
    const detail = {
      element: this.element,
      enabledElement: { ...enabled, image: enabled.image && withOwnTable(enabled.image) },
      buttons: leftButton,
      currentPoints: { image, canvas: cornerstone.pixelToCanvas(this.element, image) },
    };
    this.element.dispatchEvent(new CustomEvent(event, { detail, cancelable: true }));
  }

  /** The tool places its canvas in device pixels; the page counts in CSS pixels. */
  private place(): void {
    const glass = this.element.querySelector<HTMLCanvasElement>('.magnifyTool');
    if (!glass || !this.at) return;
    const { clientWidth, clientHeight } = this.element;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [glass.width / ratio, glass.height / ratio];
    const [x, y] = this.at.place;
    const within = (at: number, room: number): number => Math.max(0, Math.min(at, room));
    Object.assign(glass.style, {
      width: `${width}px`,
      height: `${height}px`,
      left: `${within(x - width / 2, clientWidth - width)}px`,
      top: `${within(y - height / 2, clientHeight - height)}px`,
    });
  }
}

/** The loupe's first drawing would make cornerstone's own grey table in place of ours; this keeps ours. */
function withOwnTable(image: cornerstone.Image): cornerstone.Image {
  const render = (enabled: cornerstone.EnabledElement): void => {
    if (image.color) cornerstone.renderColorImage(enabled, false);
    else cornerstone.renderGrayscaleImage(enabled, false);
  };
  return { ...image, render } as unknown as cornerstone.Image;
}
