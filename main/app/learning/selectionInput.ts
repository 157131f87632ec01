import type { DatasetRecipe } from '../../contract/datasets.ts';
import { AppError } from '../../domain/errors.ts';
import type { PlaneGeometry } from '../../domain/geometry.ts';
import type { InstanceFacts } from '../../domain/imageTypes.ts';
import { mapInSteps, sortInSteps } from '../../domain/steps.ts';
import type {
  CandidateFrame,
  CandidateImage,
  CandidateLabel,
  FoundUnits,
  SelectionInput,
} from '../../learning/dataset/candidates.ts';
import type { PhaseSeries } from '../../learning/dataset/phases.ts';
import type { ImageSeries, StoredInstance } from '../../store/catalogue/catalogue.ts';
import type { Store } from '../../store/store.ts';
import type { CaseLabel } from '../../store/truth/truth.ts';
import { longestOf, stacksOf } from '../images/stacksOf.ts';
import { Slices } from '../timeBox.ts';
import { phaseSeries } from './channelsOfImage.ts';

/** Instances that are read at once: some 2 ms. */
const pageInstances = 100;
const pageLabels = 200;

/**
 * Labels and images of the workspace as the dataset builder takes them, read in slices. Of studies without a label of the
 * target only the numbers are told; what channels are recognised by where asked for. Throws `unknown-label`, `cancelled`.
 */
export async function selectionInput(
  store: Store,
  { target, also = [], phases }: Pick<DatasetRecipe, 'target' | 'also' | 'phases'>,
  signal?: AbortSignal,
): Promise<SelectionInput> {
  const slices = new Slices(signal && { signal });
  const first = await questionOf(store, target, slices);
  const further: Question[] = [];
  for (const name of also) further.push(await questionOf(store, name, slices));
  const labelledStudies = new Set<string>();
  for (const { labels } of [first, ...further])
    for (const label of labels) labelledStudies.add(label.target.studyInstanceUid);
  const series = store.catalogue.imageSeries();
  const images: CandidateImage[] = [];
  const seriesFrames = new Map<string, readonly CandidateFrame[]>();
  const studies = new Map<string, PhaseSeries[]>();
  for (const { studyInstanceUid, seriesInstanceUid } of series) {
    if (!labelledStudies.has(studyInstanceUid)) continue;
    await slices.turn();
    seriesFrames.set(seriesInstanceUid, framesInOrder(store, seriesInstanceUid));
    images.push(...(await imagesOfSeries(store, seriesInstanceUid, slices)));
    if (!phases) continue;
    await slices.turn();
    const known = studies.get(studyInstanceUid) ?? [];
    studies.set(studyInstanceUid, [...known, ...[phaseSeries(store, seriesInstanceUid) ?? []].flat()]);
  }
  return {
    ...first,
    ...(further.length > 0 && { further }),
    images,
    seriesFrames,
    found: foundUnits(series),
    ...(phases && { studies }),
  };
}

type Question = Pick<SelectionInput, 'definition' | 'labels'>;

/** A question with its labels. Throws `unknown-label`. */
async function questionOf(store: Store, target: string, slices: Slices): Promise<Question> {
  const definition = store.truth.definition(target);
  if (!definition) throw new AppError('unknown-label', `there is no label ${JSON.stringify(target)} in this workspace`);
  const labels = await labelsInOrder(store, definition.id, slices);
  return {
    definition: {
      name: definition.name,
      scope: definition.scope,
      values: definition.values.map(({ value }) => value),
      ...(definition.positiveValue === undefined ? {} : { positiveValue: definition.positiveValue }),
      ...(definition.number && { number: definition.number }),
    },
    labels: await slices.finish(mapInSteps(labels, candidateLabel)),
  };
}

/** By patient, study, series, image and frame. A label revised between two pages is there once, as it was or as it is. */
async function labelsInOrder(store: Store, definitionId: string, slices: Slices): Promise<CaseLabel[]> {
  const labels: CaseLabel[] = [];
  for (;;) {
    await slices.turn();
    const after = labels.at(-1)?.label.id;
    const page = store.truth.labelsByDefinition(definitionId, { after, limit: pageLabels });
    labels.push(...page);
    if (page.length < pageLabels) return slices.finish(sortInSteps(labels, byTarget));
  }
}

function byTarget(a: CaseLabel, b: CaseLabel): number {
  const [one, other] = [a.label.target, b.label.target];
  return (
    byText(a.patientId, b.patientId) ||
    byText(one.studyInstanceUid, other.studyInstanceUid) ||
    byText(one.seriesInstanceUid, other.seriesInstanceUid) ||
    byText(one.sopInstanceUid, other.sopInstanceUid) ||
    (one.frameNumber ?? 0) - (other.frameNumber ?? 0) ||
    byText(a.label.id, b.label.id)
  );
}

const byText = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

const foundUnits = (series: readonly ImageSeries[]): FoundUnits => ({
  patients: new Set(series.map(({ patientId }) => patientId)).size,
  studies: new Set(series.map(({ studyInstanceUid }) => studyInstanceUid)).size,
  series: series.length,
  frames: series.reduce((sum, { frames }) => sum + frames, 0),
});

/** By UID: an import that adds images between two pages may show one of them twice. */
async function imagesOfSeries(store: Store, seriesInstanceUid: string, slices: Slices): Promise<CandidateImage[]> {
  const device = deviceOf(store, seriesInstanceUid);
  const images = new Map<string, CandidateImage>();
  for (let offset = 0; ; offset += pageInstances) {
    await slices.turn();
    const page = store.catalogue.instancesOfSeries(seriesInstanceUid, { offset, limit: pageInstances });
    for (const instance of page)
      if (instance.facts.hasPixels) images.set(instance.facts.sopInstanceUid, candidateImage(instance, device));
    if (page.length < pageInstances) return [...images.values()];
  }
}

function candidateImage({ facts, patientId, fileState }: StoredInstance, device: Device): CandidateImage {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, frameCount } = facts;
  return {
    ...{ patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid, frameCount },
    sourcePath: facts.address,
    ...(facts.pixelSha256 === undefined ? {} : { pixelSha256: facts.pixelSha256 }),
    rows: facts.rows ?? 0,
    columns: facts.columns ?? 0,
    ...spacing(facts),
    sites: { ...device, ...facts.attributes },
    isLossy: facts.isLossy,
    isRemoved: false, // the catalogue leaves removed series out
    isAstray: fileState !== 'present',
    isDamaged: false, // found when the pixels are read; the snapshot then excludes them
    planes: planesOf(facts),
  };
}

type Device = Readonly<Record<string, string>>;

/** By what a site may be told, beside the columns of the metadata: what the header says of the device. */
function deviceOf(store: Store, seriesInstanceUid: string): Device {
  const { manufacturer = '', manufacturerModelName = '' } =
    store.catalogue.seriesByUid(seriesInstanceUid)?.series ?? {};
  const scanner = `${manufacturer} ${manufacturerModelName}`.trim();
  return {
    ...(manufacturer.trim() === '' ? {} : { manufacturer: manufacturer.trim() }),
    ...(scanner === '' ? {} : { scanner }),
  };
}

function spacing(facts: InstanceFacts): { pixelSpacing?: readonly [number, number] } {
  const found = facts.frames[0]?.pixelSpacing ?? facts.imagerPixelSpacing;
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
const framesInOrder = (store: Store, seriesInstanceUid: string): readonly CandidateFrame[] =>
  longestOf(stacksOf(store, seriesInstanceUid)).map(({ sopInstanceUid, frameNumber }) => ({
    sopInstanceUid,
    frameNumber,
  }));
