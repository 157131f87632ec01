import { type PlaneName, planeNames } from '../../../main/domain/volume/slicePlanes.ts';

export const mprScheme = 'groundglass-mpr';

/** `groundglass-mpr:<volumeId>/<plane>/<index>` */
export const mprImageId = (volumeId: string, plane: PlaneName, index: number): string =>
  `${mprScheme}:${volumeId}/${plane}/${index}`;

/** @throws Error for anything that `mprImageId` did not make. */
export function parseMprImageId(imageId: string): { volumeId: string; plane: PlaneName; index: number } {
  const [, volumeId, name, index] = /^groundglass-mpr:([^/]+)\/([a-z]+)\/(\d+)$/.exec(imageId) ?? [];
  const plane = planeNames.find((known) => known === name);
  if (!volumeId || !plane || index === undefined) throw new Error(`not a plane of a volume: ${imageId}`);
  return { volumeId, plane, index: Number(index) };
}
