import type { PhaseRule } from '../../contract/caseShape.ts';
import { AppError } from '../../domain/errors.ts';
import { phaseSeriesOf } from '../../learning/dataset/phaseSeries.ts';
import { channelsAt, type FoundPhase, findPhases, type PhaseSeries } from '../../learning/dataset/phases.ts';
import type { SliceAddress } from '../../learning/prediction/readSlice.ts';
import type { Store } from '../../store/store.ts';
import { longestOf, stacksOf } from '../images/stacksOf.ts';

type Channels = NonNullable<SliceAddress['channels']>;

/** Series of a study with what channels are recognised by. */
export function phaseSeriesOfStudy(store: Store, studyInstanceUid: string): PhaseSeries[] {
  return store.catalogue
    .imageSeries()
    .filter((series) => series.studyInstanceUid === studyInstanceUid)
    .flatMap(({ seriesInstanceUid }) => phaseSeries(store, seriesInstanceUid) ?? []);
}

export function phaseSeries(store: Store, seriesInstanceUid: string): PhaseSeries | undefined {
  const series = store.catalogue.seriesByUid(seriesInstanceUid)?.series;
  if (!series) return undefined;
  const instances = store.catalogue.instancesOfSeries(seriesInstanceUid).map(({ facts }) => facts);
  return phaseSeriesOf(series, instances, longestOf(stacksOf(store, seriesInstanceUid)));
}

/** The channels of a study as a model knows them, and what each is made from at the place of an image. */
export interface StudyChannels {
  readonly phases: readonly FoundPhase[];
  /** Undefined where one of them does not reach. */
  at(sopInstanceUid: string, frameNumber: number): Channels | undefined;
}

/** Throws `not-found` where the study lacks a series that is one of the channels. */
export function studyChannels(store: Store, rules: readonly PhaseRule[], seriesInstanceUid: string): StudyChannels {
  const own = store.catalogue.seriesByUid(seriesInstanceUid);
  const phases = findPhases(rules, phaseSeriesOfStudy(store, own?.study.studyInstanceUid ?? ''));
  if (!phases)
    throw new AppError(
      'not-found',
      `This model compares ${rules.map(({ name }) => `“${name}”`).join(', ')}: one of these series is not in this study.`,
    );
  return {
    phases,
    at: (sopInstanceUid, frameNumber) => {
      const plane = store.catalogue.planeOf(sopInstanceUid, frameNumber);
      const found = plane && channelsAt(plane, own?.series.frameOfReferenceUid, phases);
      return found?.map((parts) =>
        parts.map(({ sourcePath, frameNumber: number, share }) => ({
          address: sourcePath,
          frameNumber: number,
          share,
        })),
      );
    },
  };
}
