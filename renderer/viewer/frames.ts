import { parseImageId } from '../../main/domain/ids.ts';
import { client } from '../client/connection.ts';
import { toDisplayImage } from './displayImage.ts';
import { FrameSource } from './frameSource.ts';

const memoryLimitBytes = 600 * 2 ** 20;

/** The frames of all viewports: image ids are `groundglass:<SOPInstanceUID>/<FrameNumber>`. */
export const frames = new FrameSource(async (imageId, signal) => {
  const parts = parseImageId(imageId);
  if (!parts) throw new Error(`not an image id: ${imageId}`);
  return toDisplayImage(imageId, await client['frames.get'](parts, signal));
}, memoryLimitBytes);
