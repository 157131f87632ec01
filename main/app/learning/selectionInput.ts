import { AppError } from '../../domain/errors.ts';
import type { PlaneGeometry } from '../../domain/geometry.ts';
import type { InstanceFacts } from '../../domain/imageTypes.ts';
import type {
  CandidateFrame,
  CandidateImage,
  CandidateLabel,
  SelectionInput,
} from '../../learning/dataset/candidates.ts';
import type { DatasetInstance } from '../../store/catalogue/catalogue.ts';
import type { Store } from '../../store/store.ts';
import type { CaseLabel } from '../../store/truth/truth.ts';
import { stacksOf } from '../images/stacksOf.ts';

/**
 * Labels and images of the workspace as the dataset builder takes them.
 * Headers are read only for studies that carry a label of the target: the others merely count as found.
 */
export function selectionInput(store: Store, target: string): SelectionInput {
  const definition = store.truth.definition(target);
  if (!definition) throw new AppError('unknown-label', `there is no label ${JSON.stringify(target)} in this workspace`);
  const labels = store.truth.labelsByDefinition(definition.id);
  const labelledStudies = new Set(labels.map(({ label }) => label.target.studyInstanceUid as string));
  const instances = store.catalogue.datasetInstances();
  const labelledSeries = new Set(
    instances
      .filter((instance) => labelledStudies.has(instance.studyInstanceUid))
      .map((instance) => instance.seriesInstanceUid),
  );
  return {
    definition: {
      name: definition.name,
      scope: definition.scope,
      values: definition.values.map(({ value }) => value),
      ...(definition.positiveValue === undefined ? {} : { positiveValue: definition.positiveValue }),
    },
    images: instances.map((instance) =>
      candidateImage(store, instance, labelledStudies.has(instance.studyInstanceUid)),
    ),
    labels: labels.map(candidateLabel),
    seriesFrames: new Map([...labelledSeries].map((uid) => [uid, framesInOrder(store, uid)])),
  };
}

function candidateImage(store: Store, instance: DatasetInstance, isLabelled: boolean): CandidateImage {
  const facts = isLabelled ? store.catalogue.instanceBySop(instance.sopInstanceUid)?.facts : undefined;
  const { patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid, frameCount } = instance;
  return {
    ...{ patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid, frameCount },
    sourcePath: instance.address,
    ...(instance.pixelSha256 === undefined ? {} : { pixelSha256: instance.pixelSha256 }),
    rows: facts?.rows ?? 0,
    columns: facts?.columns ?? 0,
    ...spacing(facts),
    ...(facts ? { sites: sitesOf(store, facts) } : {}),
    isLossy: facts?.isLossy ?? false,
    isRemoved: false, // the catalogue leaves removed series out
    isAstray: instance.fileState !== 'present',
    isDamaged: false, // found when the pixels are read; the snapshot then excludes them
    ...(facts ? { planes: planesOf(facts) } : {}),
  };
}

/** By what a site may be told: the columns of the metadata, and what the header says of the device. */
function sitesOf(store: Store, facts: InstanceFacts): Record<string, string> {
  const { manufacturer = '', manufacturerModelName = '' } =
    store.catalogue.seriesByUid(facts.seriesInstanceUid)?.series ?? {};
  const scanner = `${manufacturer} ${manufacturerModelName}`.trim();
  return {
    ...(manufacturer.trim() === '' ? {} : { manufacturer: manufacturer.trim() }),
    ...(scanner === '' ? {} : { scanner }),
    ...facts.attributes,
  };
}

function spacing(facts: InstanceFacts | undefined): { pixelSpacing?: readonly [number, number] } {
  const found = facts?.frames[0]?.pixelSpacing ?? facts?.imagerPixelSpacing;
  return found ? { pixelSpacing: found } : {};
}

function planesOf(facts: InstanceFacts): Record<number, PlaneGeometry> {
  const planes: Record<number, PlaneGeometry> = {};
  for (const { frameNumber, position, orientation, pixelSpacing } of facts.frames) {
    if (position && orientation && pixelSpacing) planes[frameNumber] = { position, orientation, pixelSpacing };
  }
  return planes;
}

function candidateLabel({ label }: CaseLabel): CandidateLabel {
  return {
    labelId: label.id,
    revision: label.revision,
    readerName: label.readerName,
    target: label.target,
    value: label.value,
    ...(label.geometry ? { geometry: label.geometry } : {}),
  };
}

/** Frames of the longest stack of a series, in display order. */
function framesInOrder(store: Store, seriesInstanceUid: string): readonly CandidateFrame[] {
  const stacks = stacksOf(store, seriesInstanceUid);
  const longest = stacks.reduce(
    (best, stack) => (stack.frames.length > best.length ? stack.frames : best),
    stacks[0]?.frames ?? [],
  );
  return longest.map(({ sopInstanceUid, frameNumber }) => ({ sopInstanceUid, frameNumber }));
}
