import * as cornerstone from 'cornerstone-core';
import type { DisplayImage } from '../displayImage.ts';
import { mprScheme, parseMprImageId } from '../mpr/mprImageId.ts';
import { makeImage } from './cornerstoneViewport.ts';

type Cut = (imageId: string) => Promise<DisplayImage>;
const volumes = new Map<string, Cut>();
const displayed = new WeakMap<object, DisplayImage>();
let isRegistered = false;

/** Makes the planes of a volume loadable by cornerstone until the returned function is called. */
export function registerVolume(volumeId: string, cut: Cut): () => void {
  if (!isRegistered) cornerstone.registerImageLoader(mprScheme, (imageId) => ({ promise: load(imageId) }));
  isRegistered = true;
  volumes.set(volumeId, cut);
  return () => volumes.delete(volumeId);
}

async function load(imageId: string): Promise<cornerstone.Image> {
  const cut = volumes.get(parseMprImageId(imageId).volumeId);
  if (!cut) throw new Error(`the volume of ${imageId} is closed`);
  const display = await cut(imageId);
  const image = makeImage(display, undefined);
  displayed.set(image, display);
  return image;
}

/** A plane through cornerstone's loader, as what our viewports show. Never from its cache: slabs change what an id shows. */
export async function loadPlane(imageId: string): Promise<DisplayImage> {
  const display = displayed.get(await cornerstone.loadImage(imageId));
  if (!display) throw new Error(`${imageId} came from another loader`);
  return display;
}
