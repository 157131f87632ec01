import type { SurveyedSeries } from '../../contract/deidentify.ts';
import type { WorklistRow } from '../../contract/images.ts';
import type { SopInstanceUid } from '../../domain/ids.ts';
import type { InstanceFacts } from '../../domain/imageTypes.ts';
import { burnedInRisk } from '../../imaging/deidentify/burned-in/riskOf.ts';
import type { AppContext } from '../context.ts';
import { worklistRows } from '../images/worklistRows.ts';
import { Slices } from '../timeBox.ts';

const order = { low: 0, possible: 1, high: 2 } as const;

/** Instances that are read at once: some 2 ms. */
const pageInstances = 100;

/** The series of the workspace, all or those chosen, in slices. Throws `cancelled`. */
export async function surveyWorkspace(
  context: Pick<AppContext, 'store'>,
  chosen: ReadonlySet<string> | undefined,
  signal?: AbortSignal,
): Promise<SurveyedSeries[]> {
  const slices = new Slices(signal && { signal });
  const surveyed: SurveyedSeries[] = [];
  for (const row of await worklistRows(context, {}, signal)) {
    if (chosen && !chosen.has(row.seriesInstanceUid)) continue;
    await slices.turn();
    surveyed.push(surveySeries(row, await factsOfSeries(context, row.seriesInstanceUid, slices)));
  }
  return surveyed;
}

/** By UID: an import that adds images between two pages may show one of them twice. */
export async function factsOfSeries(
  { store }: Pick<AppContext, 'store'>,
  seriesInstanceUid: string,
  slices: Slices,
): Promise<InstanceFacts[]> {
  const found = new Map<string, InstanceFacts>();
  for (let offset = 0; ; offset += pageInstances) {
    const page = store.catalogue.instancesOfSeries(seriesInstanceUid, { offset, limit: pageInstances });
    for (const { facts } of page) found.set(facts.sopInstanceUid, facts);
    if (page.length < pageInstances) return [...found.values()];
    await slices.turn();
  }
}

/** The risk of burned-in text in a series is that of its riskiest image. Judged by stored facts; files are not opened. */
function surveySeries(row: WorklistRow, instances: readonly InstanceFacts[]): SurveyedSeries {
  let risk: SurveyedSeries['risk'] = 'low';
  const reasons = new Set<string>();
  for (const instance of instances) {
    const found = burnedInRisk({ ...instance, modality: row.modality }, instance.hasPixels);
    if (order[found.level] > order[risk]) risk = found.level;
    for (const reason of found.reasons) reasons.add(reason);
  }
  const pictures = instances.filter(({ hasPixels }) => hasPixels);
  return {
    seriesInstanceUid: row.seriesInstanceUid,
    patientId: row.patientId,
    patientName: row.patientName,
    modality: row.modality,
    description: row.seriesDescription ?? '',
    files: instances.length,
    frames: row.frames,
    rows: row.rows,
    columns: row.columns,
    risk,
    reasons: [...reasons],
    notDicom: instances.filter(({ format }) => format !== 'dicom').length,
    images: pictures.map(({ sopInstanceUid, frameCount }) => ({
      sopInstanceUid: sopInstanceUid as SopInstanceUid,
      frames: frameCount,
    })),
  };
}
