import type { UltrasoundRegion } from '../../domain/imageTypes.ts';
import type { Attributes } from '../../domain/keywords.ts';

const centimetres = 3;
/** Region Spatial Format (PS3.3 C.8.5.5.1.1). */
const kinds: Readonly<Record<number, UltrasoundRegion['kind']>> = { 1: 'tissue', 2: 'm-mode', 3: 'spectrum' };

/** The calibrated regions of an ultrasound image; undefined where the header names none. */
export function ultrasoundRegions(attributes: Attributes): UltrasoundRegion[] | undefined {
  const regions = attributes.sequenceOfUltrasoundRegions?.flatMap((item) => regionOf(item) ?? []);
  return regions && regions.length > 0 ? regions : undefined;
}

function regionOf(item: Attributes): UltrasoundRegion | undefined {
  const {
    regionLocationMinX0: left,
    regionLocationMinY0: top,
    regionLocationMaxX1: right,
    regionLocationMaxY1: bottom,
  } = item;
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return undefined;
  const { physicalDeltaX, physicalDeltaY, physicalUnitsXDirection, physicalUnitsYDirection } = item;
  const isLength = physicalUnitsXDirection === centimetres && physicalUnitsYDirection === centimetres;
  const spacing = [10 * Math.abs(physicalDeltaY ?? 0), 10 * Math.abs(physicalDeltaX ?? 0)] as const;
  const hasSpacing = isLength && spacing[0] > 0 && spacing[1] > 0;
  return {
    left,
    top,
    right,
    bottom,
    kind: kinds[item.regionSpatialFormat ?? 0] ?? 'other',
    ...(hasSpacing ? { pixelSpacing: spacing } : {}),
  };
}

/** Spacing of the whole image: only where its single tissue region is the only region. */
export function spacingOfSoleRegion(attributes: Attributes): readonly [number, number] | undefined {
  const regions = ultrasoundRegions(attributes);
  const [region] = regions ?? [];
  return regions?.length === 1 && region?.kind === 'tissue' ? region.pixelSpacing : undefined;
}
