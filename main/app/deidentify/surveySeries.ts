import type { SurveyedSeries } from '../../contract/deidentify.ts';
import type { WorklistRow } from '../../contract/images.ts';
import type { SopInstanceUid } from '../../domain/ids.ts';
import type { InstanceFacts } from '../../domain/imageTypes.ts';
import { burnedInRisk } from '../../imaging/deidentify/burned-in/riskOf.ts';

const order = { low: 0, possible: 1, high: 2 } as const;

/** The risk of burned-in text in a series is that of its riskiest image. Judged by stored facts; files are not opened. */
export function surveySeries(row: WorklistRow, instances: readonly InstanceFacts[]): SurveyedSeries {
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
