import type { PhaseRule } from '../../contract/caseShape.ts';
import type { CamMethod, Prediction, Preprocessing } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { imageIdOf, type SopInstanceUid } from '../../domain/ids.ts';
import type { StackFrame } from '../../domain/imageTypes.ts';
import { chooseSlices, markedExtent } from '../../learning/dataset/chooseSlices.ts';
import type { StoredInstance } from '../../store/catalogue/catalogue.ts';
import { newId } from '../../store/newId.ts';
import type { StoredModel } from '../../store/runs/runs.ts';
import type { AppContext } from '../context.ts';
import { settleFile } from '../images/import/checkFiles.ts';
import { longestOf, stacksOf } from '../images/stacksOf.ts';
import { type StudyChannels, studyChannels } from './channelsOfImage.ts';
import { isSeen } from './seenInTraining.ts';

interface SlicesInput {
  readonly seriesInstanceUid: string;
  readonly cam: ReturnType<typeof CamMethod.parse>;
  readonly className?: string | undefined;
  readonly tta?: Prediction['tta'];
}

type Slices = NonNullable<Preprocessing['slices']>;

/**
 * Runs a model of several slices on a series: one answer, kept with each slice it looked at, and a map of each. Errors:
 * `no-pixel-data`, `invalid-geometry` where no lesion tells which slices.
 */
export async function predictSlices(
  context: AppContext,
  model: StoredModel,
  slices: Slices,
  { seriesInstanceUid, cam, className, tta }: SlicesInput,
  signal: AbortSignal,
): Promise<Prediction[]> {
  const phases = model.card.preprocessing?.phases;
  const study = phases && studyChannels(context.store, phases, seriesInstanceUid);
  if (study && model.card.unit === 'study') refuseOtherSeries(study, phases, seriesInstanceUid);
  const chosen = slicesOf(context, slices, seriesInstanceUid, study);
  const stored: StoredInstance[] = [];
  for (const { sopInstanceUid } of chosen) {
    await settleFile(context, sopInstanceUid as SopInstanceUid, signal);
    const instance = context.store.catalogue.instanceBySop(sopInstanceUid);
    if (!instance) throw new AppError('not-found', 'The image is not in this workspace.');
    stored.push(instance);
  }
  const frames = chosen.map(({ sopInstanceUid, frameNumber }, i) => {
    const channels = study?.at(sopInstanceUid, frameNumber);
    return { address: stored[i]?.facts.address ?? '', frameNumber, ...(channels && { channels }) };
  });
  const asked = { ...(className === undefined ? {} : { className }), ...(tta ? { tta } : {}) };
  const output = await context.modelRunner.predictSlices({ modelPath: model.path, frames, cam, ...asked }, signal);
  const imageIds = chosen.map((frame) => imageIdOf(frame.sopInstanceUid as SopInstanceUid, frame.frameNumber));
  const weights = imageIds.map((imageId, i) => ({ imageId, weight: output.slices[i]?.weight ?? 0 }));
  const seenInTraining = stored.some((instance) => isSeen(model.card, instance));
  const createdAt = new Date().toISOString();
  return imageIds.map((imageId, i) => {
    const map = output.slices[i]?.cam;
    return {
      id: newId('prediction'),
      modelId: model.summary.id,
      imageId,
      classes: [...output.classes],
      scores: [...output.scores],
      predicted: output.predicted,
      ...(output.threshold === undefined ? {} : { threshold: output.threshold }),
      ...(output.thresholds ? { thresholds: [...output.thresholds] } : {}),
      seenInTraining,
      ...(map ? { cam: map } : {}),
      ...(output.camReason === undefined ? {} : { camReason: output.camReason }),
      ...(tta ? { tta } : {}),
      slices: weights,
      createdAt,
    };
  });
}

/** The slices of a study case are those of its first channel. */
function refuseOtherSeries({ phases }: StudyChannels, rules: readonly PhaseRule[], seriesInstanceUid: string): void {
  if (phases[0]?.series.seriesInstanceUid === seriesInstanceUid) return;
  throw new AppError(
    'conflict',
    `Open the series “${rules[0]?.name}”: this model looks at its slices, and at the others there.`,
  );
}

/** As the snapshot chose them: evenly over the longest stack, or over the part of it where the lesion is outlined. */
function slicesOf(
  { store }: AppContext,
  slices: Slices,
  seriesInstanceUid: string,
  study: StudyChannels | undefined,
): StackFrame[] {
  const frames = longestOf(stacksOf(store, seriesInstanceUid)).filter(
    ({ sopInstanceUid, frameNumber }) => !study || study.at(sopInstanceUid, frameNumber) !== undefined,
  );
  if (frames.length === 0) throw new AppError('no-pixel-data', 'The series has no images.');
  if (slices.extent === 'series') return chooseSlices(frames, slices.count);
  const key = (sopInstanceUid: string, frameNumber: number) => `${sopInstanceUid}/${frameNumber}`;
  const definition = slices.label === undefined ? undefined : store.truth.definition(slices.label);
  const outlined = new Set(
    store.truth
      .labelsOfSeries(seriesInstanceUid)
      .filter(({ definitionId, geometry }) => geometry && definitionId === definition?.id)
      .map(({ target, geometry }) => key(target.sopInstanceUid ?? '', target.frameNumber ?? geometry?.frame ?? 1)),
  );
  const extent = markedExtent(frames, (frame) => outlined.has(key(frame.sopInstanceUid, frame.frameNumber)));
  if (extent.length === 0)
    throw new AppError(
      'invalid-geometry',
      `This model looks at the slices of a lesion: outline one as “${slices.label ?? 'lesion'}” first.`,
    );
  return chooseSlices(extent, slices.count);
}
