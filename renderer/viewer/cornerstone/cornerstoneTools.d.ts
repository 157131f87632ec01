/** The members of cornerstone-tools 6.0 that we use; the package brings no types. */
declare module 'cornerstone-tools' {
  export interface Tool {
    readonly name: string;
  }
  type ToolClass = new (properties?: { name?: string; configuration?: object }) => Tool;

  export const external: { cornerstone: unknown; cornerstoneMath: unknown };
  export function init(configuration: {
    mouseEnabled?: boolean;
    touchEnabled?: boolean;
    globalToolSyncEnabled?: boolean;
    showSVGCursors?: boolean;
    autoResizeViewports?: boolean;
  }): void;

  export const MagnifyTool: ToolClass;
  export const ReferenceLinesTool: ToolClass;
  export function addToolForElement(
    element: HTMLElement,
    tool: ToolClass,
    properties?: { configuration?: object },
  ): void;
  export function setToolActiveForElement(
    element: HTMLElement,
    name: string,
    options: { mouseButtonMask: number },
  ): void;
  export function setToolEnabledForElement(element: HTMLElement, name: string, options?: object): void;
  export function setToolDisabledForElement(element: HTMLElement, name: string): void;

  /** Tells every target when a source fires `event`. */
  export class Synchronizer {
    constructor(event: string, handler: (synchronizer: Synchronizer, source: HTMLElement, target: HTMLElement) => void);
    add(element: HTMLElement): void;
    remove(element: HTMLElement): void;
    getSourceElements(): readonly HTMLElement[];
  }
  export const EVENTS: { readonly MOUSE_DOWN: string; readonly MOUSE_DRAG: string; readonly MOUSE_UP: string };
}

declare module 'cornerstone-math' {
  const cornerstoneMath: object;
  export default cornerstoneMath;
}
