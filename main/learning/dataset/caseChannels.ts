import type { PhaseRule } from '../../contract/caseShape.ts';
import type { CandidateFrame, SelectionInput } from './candidates.ts';
import type { ExclusionCode } from './exclusions.ts';
import { type ChannelFrame, channelsAt, type FoundPhase, findPhases } from './phases.ts';

/** The channels of the cases of a dataset. */
export interface CaseChannels {
  /** Frames of the first channel of a study: those that its slices are chosen from. */
  referenceOf(studyInstanceUid: string): readonly CandidateFrame[];
  /** The channels at the place of a frame, or why they cannot be had. */
  at(frame: CandidateFrame): readonly (readonly ChannelFrame[])[] | ExclusionCode;
}

export function caseChannels(rules: readonly PhaseRule[], input: SelectionInput): CaseChannels {
  const images = new Map(input.images.map((image) => [image.sopInstanceUid, image]));
  const known = new Map<string, FoundPhase[] | undefined>();
  const phasesOf = (study: string): FoundPhase[] | undefined => {
    if (!known.has(study)) known.set(study, findPhases(rules, input.studies?.get(study) ?? []));
    return known.get(study);
  };
  return {
    referenceOf: (study) => phasesOf(study)?.[0]?.frames ?? [],
    at: ({ sopInstanceUid, frameNumber }) => {
      const image = images.get(sopInstanceUid);
      if (!image) return 'unknown-image';
      const phases = phasesOf(image.studyInstanceUid);
      if (!phases) return 'missing-phase';
      const plane = image.planes?.[frameNumber];
      const series = input.studies
        ?.get(image.studyInstanceUid)
        ?.find(({ seriesInstanceUid }) => seriesInstanceUid === image.seriesInstanceUid);
      const channels = plane && channelsAt(plane, series?.frameOfReferenceUid, phases);
      if (!channels) return 'phases-apart';
      const sources = channels.flat().flatMap((part) => images.get(part.sopInstanceUid) ?? []);
      if (sources.some(({ isAstray }) => isAstray)) return 'file-changed';
      return sources.some(({ isDamaged }) => isDamaged) ? 'damaged-pixels' : channels;
    },
  };
}
