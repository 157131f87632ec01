import * as cornerstone from 'cornerstone-core';
import * as cornerstoneMath from 'cornerstone-math';
import * as tools from 'cornerstone-tools';
import { updateSoon } from './paintNow.ts';

let isReady = false;

/**
 * Sets cornerstone-tools up before the first element is enabled, once. Its own mouse listeners sit on an element that
 * lies under our pointer surface and so never hear anything: what its tools learn, they learn from our gestures.
 */
export function prepareTools(): void {
  if (isReady) return;
  isReady = true;
  tools.external.cornerstone = { ...cornerstone, updateImage: updateSoon };
  tools.external.cornerstoneMath = cornerstoneMath;
  tools.init({
    mouseEnabled: true,
    touchEnabled: false,
    globalToolSyncEnabled: false,
    showSVGCursors: false,
    autoResizeViewports: false,
  });
}
