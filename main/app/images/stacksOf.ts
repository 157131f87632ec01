import type { Stack } from '../../domain/imageTypes.ts';
import { assembleStacks } from '../../imaging/series/assembleStacks.ts';
import type { Store } from '../../store/store.ts';

/** The stacks of a series; assembled from the stored geometry, and kept, where an import has changed the series. */
export function stacksOf(store: Store, seriesInstanceUid: string): readonly Stack[] {
  const known = store.catalogue.seriesByUid(seriesInstanceUid)?.stacks;
  return known ?? assembleAndKeep(store, seriesInstanceUid);
}

/** Of several stacks the first with most frames. */
export const longestOf = (stacks: readonly Stack[]): Stack['frames'] =>
  stacks.reduce((best, { frames }) => (frames.length > best.length ? frames : best), stacks[0]?.frames ?? []);

/** With `importId`, what is odd about the stacks is told by that import, too. */
export function assembleAndKeep(store: Store, seriesInstanceUid: string, importId?: string): readonly Stack[] {
  const instances = store.catalogue.instancesOfSeries(seriesInstanceUid).map(({ facts }) => facts);
  const stacks = assembleStacks(instances);
  const findings = stacks.flatMap((stack) => stack.findings.map((finding) => ({ ...finding, seriesInstanceUid })));
  store.catalogue.setStacks(seriesInstanceUid, stacks, findings, importId);
  return stacks;
}
