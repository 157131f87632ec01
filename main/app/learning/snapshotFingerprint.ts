import { totalmem } from 'node:os';
import type { SnapshotFingerprint } from '../../contract/training/fingerprint.ts';
import { type SnapshotIndex, snapshotLevels } from '../../learning/dataset/openSnapshot.ts';
import { speedFromImages } from '../../learning/training/plan/estimate.ts';
import { fingerprintOf, type SourceImage } from '../../learning/training/plan/fingerprint.ts';
import type { AppContext } from '../context.ts';
import { deviceOverview } from '../devices/deviceOverview.ts';

/** Enough to know sizes and greys; looking at all cases of a large dataset would take seconds. */
const mostImages = 400;
const mostPictures = 48;

/** Evenly over the whole, always the same ones. */
function sample<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, i) => values[Math.floor((i * values.length) / most)]).flatMap(
    (value) => value ?? [],
  );
}

function sourceImages({ catalogue }: AppContext['store'], { manifest }: SnapshotIndex): SourceImage[] {
  return sample(manifest.cases, mostImages).flatMap(({ sopInstanceUid, frameNumber }): SourceImage[] => {
    const stored = catalogue.instanceBySop(sopInstanceUid);
    if (!stored) return []; // a snapshot from elsewhere: its images need not be here
    const { rows, columns, frames, seriesInstanceUid } = stored.facts;
    if (rows === undefined || columns === undefined) return [];
    const spacingMm = frames[frameNumber - 1]?.pixelSpacing?.[1];
    const bodyPart = catalogue.seriesByUid(seriesInstanceUid)?.series.bodyPart;
    return [{ modality: stored.modality, bodyPart, rows, columns, spacingMm }];
  });
}

/** The device a training will run on, as its last test measured it. */
function plannedDevice(): SnapshotFingerprint['device'] {
  const { devices, automatic } = deviceOverview();
  const device = devices.find(({ id }) => id === automatic.device);
  const measured = device?.state === 'passed' ? device.lastTest?.training : undefined;
  const trainingSpeed = measured && speedFromImages(measured.network, measured.size, measured.imagesPerSecond);
  return {
    ...{ id: automatic.device, title: device?.title ?? automatic.device, memoryBytes: totalmem() },
    ...(trainingSpeed === undefined ? {} : { trainingSpeed }),
  };
}

/** What a plan for this dataset on this machine is a function of. */
export function snapshotFingerprint(store: AppContext['store'], index: SnapshotIndex): SnapshotFingerprint {
  const places = sample(
    index.manifest.cases.map((_, i) => i),
    mostPictures,
  );
  return fingerprintOf({
    ...{ index, images: sourceImages(store, index), device: plannedDevice() },
    levels: snapshotLevels(index, places),
  });
}
