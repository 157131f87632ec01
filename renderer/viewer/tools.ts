import { type MarkType, markTypes } from './marks/mark.ts';

export type LookTool = 'window' | 'zoom' | 'pan' | 'scroll' | 'loupe' | 'crosshair';
/** What dragging with the left button does. */
export type Tool = LookTool | MarkType;

export const isMarkTool = (tool: Tool): tool is MarkType => (markTypes as readonly string[]).includes(tool);
