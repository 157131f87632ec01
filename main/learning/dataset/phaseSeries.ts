import type { InstanceFacts, SeriesFacts, StackFrame } from '../../domain/imageTypes.ts';
import type { PhaseFrame, PhaseSeries } from './phases.ts';

/** What a channel is recognised by, out of the headers of a series. `frames` are those of its longest stack. */
export function phaseSeriesOf(
  series: SeriesFacts,
  instances: readonly InstanceFacts[],
  frames: readonly StackFrame[],
): PhaseSeries {
  const bySop = new Map(instances.map((instance) => [instance.sopInstanceUid, instance]));
  const times = instances.flatMap(({ acquisitionDateTime }) => acquisitionDateTime ?? []).sort();
  const { seriesInstanceUid, description = '', protocolName = '', seriesNumber, frameOfReferenceUid } = series;
  const frameOf = ({ sopInstanceUid, frameNumber }: StackFrame): PhaseFrame[] => {
    const instance = bySop.get(sopInstanceUid);
    const facts = instance?.frames[frameNumber - 1];
    if (!instance || !facts) return [];
    const { position, orientation, pixelSpacing, echoTime, bValue } = facts;
    const plane = position && orientation && pixelSpacing ? { position, orientation, pixelSpacing } : undefined;
    return [{ sopInstanceUid, frameNumber, sourcePath: instance.address, plane, echoTime, bValue }];
  };
  return {
    seriesInstanceUid,
    words: `${description} ${protocolName}`,
    time: times[0] ?? '',
    ...{ seriesNumber, frameOfReferenceUid },
    frames: frames.flatMap(frameOf),
  };
}
