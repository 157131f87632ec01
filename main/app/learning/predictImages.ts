import type { Parsed } from '../../contract/define.ts';
import type { modelMethods, Prediction } from '../../contract/models.ts';
import { AppError, asAppError, fileFaults } from '../../domain/errors.ts';
import { imageIdOf, type SeriesInstanceUid, type SopInstanceUid } from '../../domain/ids.ts';
import { lesionPlace } from '../../learning/dataset/lesionPlace.ts';
import { newId } from '../../store/newId.ts';
import type { StoredModel } from '../../store/runs/runs.ts';
import type { AppContext } from '../context.ts';
import { settleFile } from '../images/import/checkFiles.ts';
import { stacksOf } from '../images/stacksOf.ts';
import type { JobContext } from '../jobs.ts';
import { studyChannels } from './channelsOfImage.ts';
import { predictSlices } from './predictSlices.ts';
import { isSeen } from './seenInTraining.ts';
import { storedModel } from './storedModel.ts';

type FrameInput = Parsed<(typeof modelMethods)['predictions.frame']>;
type SeriesInput = Parsed<(typeof modelMethods)['predictions.series']>;

/** Runs the model on one frame and keeps the prediction, so that it is there when the image is opened again. */
export async function predictAndKeep(
  context: AppContext,
  input: FrameInput,
  signal?: AbortSignal,
): Promise<Prediction> {
  const model = storedModel(context.store, input.modelId);
  const seriesInstanceUid = context.store.catalogue.targetBySop(input.sopInstanceUid)
    ?.seriesInstanceUid as SeriesInstanceUid;
  if (model.card.preprocessing?.slices) {
    const about = imageIdOf(input.sopInstanceUid, input.frameNumber);
    const predictions = await predictSlicesAndKeep(context, model, { ...input, seriesInstanceUid }, signal);
    // An image between the slices has the answer of its series; which slices it rests on is said with it.
    const [first] = predictions;
    const found = predictions.find(({ imageId }) => imageId === about) ?? first;
    if (!found) throw new Error('a prediction without slices');
    return found;
  }
  const prediction = await predictFrameOf(context, model, input, signal);
  context.store.runs.savePredictions([prediction]);
  context.announce('predictions.changed', { seriesInstanceUid, modelId: model.summary.id });
  return prediction;
}

async function predictSlicesAndKeep(
  context: AppContext,
  model: StoredModel,
  input: SeriesInput,
  signal = new AbortController().signal,
): Promise<Prediction[]> {
  const slices = model.card.preprocessing?.slices;
  if (!slices) throw new Error('a model of single images');
  const predictions = await predictSlices(context, model, slices, input, signal);
  context.store.runs.savePredictions(predictions);
  context.announce('predictions.changed', {
    seriesInstanceUid: input.seriesInstanceUid,
    modelId: model.summary.id,
  });
  return predictions;
}

/** Every frame of the series in display order; a frame that cannot be read is counted, not fatal. */
export async function predictSeries(context: AppContext, input: SeriesInput, job: JobContext) {
  const { seriesInstanceUid, cam, className, tta } = input;
  const asked = { ...(className === undefined ? {} : { className }), ...(tta ? { tta } : {}) };
  const frames = stacksOf(context.store, seriesInstanceUid).flatMap((stack) => stack.frames);
  if (frames.length === 0) throw new AppError('no-pixel-data', 'The series has no images.');
  const model = storedModel(context.store, input.modelId);
  if (model.card.preprocessing?.slices) {
    job.progress({ message: 'all slices together' });
    return { frames: (await predictSlicesAndKeep(context, model, input, job.signal)).length, failed: [] };
  }
  const failed: { imageId: string; code: string }[] = [];
  for (const [i, { sopInstanceUid, frameNumber }] of frames.entries()) {
    job.signal.throwIfAborted();
    const request = { modelId: input.modelId, sopInstanceUid: sopInstanceUid as SopInstanceUid, frameNumber, cam };
    try {
      await predictAndKeep(context, { ...request, ...asked }, job.signal);
    } catch (thrown) {
      job.signal.throwIfAborted();
      const { code, message } = asAppError(thrown);
      if (!fileFaults.has(code)) throw new AppError(code, message, { cause: thrown });
      failed.push({ imageId: imageIdOf(request.sopInstanceUid, frameNumber), code });
    }
    job.progress({ fraction: (i + 1) / frames.length, message: `image ${i + 1} of ${frames.length}` });
  }
  return { frames: frames.length, failed };
}

async function predictFrameOf(
  context: AppContext,
  model: StoredModel,
  input: FrameInput,
  signal: AbortSignal | undefined,
): Promise<Prediction> {
  await settleFile(context, input.sopInstanceUid, signal ?? new AbortController().signal);
  const instance = context.store.catalogue.instanceBySop(input.sopInstanceUid);
  if (!instance) throw new AppError('not-found', 'The image is not in this workspace.');
  const centre = lesionCentre(context, input);
  const channels = channelsOf(context, model, input);
  const request = {
    modelPath: model.path,
    address: instance.facts.address,
    frameNumber: input.frameNumber,
    cam: input.cam,
    ...(centre ? { lesionCentre: centre } : {}),
    ...(channels ? { channels } : {}),
    ...(input.className === undefined ? {} : { className: input.className }),
    ...(input.tta ? { tta: input.tta } : {}),
  };
  const output = await context.modelRunner.predict(request, signal);
  return {
    id: newId('prediction'),
    modelId: model.summary.id,
    imageId: imageIdOf(input.sopInstanceUid, input.frameNumber),
    ...(centre && input.lesionLabelId !== undefined ? { lesionLabelId: input.lesionLabelId } : {}),
    classes: [...output.classes],
    scores: [...output.scores],
    predicted: output.predicted,
    ...(output.threshold === undefined ? {} : { threshold: output.threshold }),
    ...(output.thresholds ? { thresholds: [...output.thresholds] } : {}),
    seenInTraining: isSeen(model.card, instance),
    ...(input.tta ? { tta: input.tta } : {}),
    ...(output.cam ? { cam: output.cam } : {}),
    ...(output.camReason === undefined ? {} : { camReason: output.camReason }),
    createdAt: new Date().toISOString(),
  };
}

/** What the channels of a model are made from at the place of the image. Throws `not-found` where the study lacks them there. */
function channelsOf({ store }: AppContext, { card }: StoredModel, { sopInstanceUid, frameNumber }: FrameInput) {
  const phases = card.preprocessing?.phases;
  if (!phases) return undefined;
  const seriesInstanceUid = store.catalogue.targetBySop(sopInstanceUid)?.seriesInstanceUid ?? '';
  const found = studyChannels(store, phases, seriesInstanceUid).at(sopInstanceUid, frameNumber);
  if (found) return found;
  throw new AppError('not-found', 'The series that this model compares do not all reach the place of this image.');
}

/** Centre of the lesion that the prediction is about, on this very image. */
function lesionCentre(context: AppContext, input: FrameInput): readonly [number, number] | undefined {
  if (input.lesionLabelId === undefined) return undefined;
  const label = context.store.truth.label(input.lesionLabelId);
  if (!label?.geometry) throw new AppError('invalid-geometry', 'The label is no drawn lesion.');
  const isHere =
    label.target.sopInstanceUid === input.sopInstanceUid && (label.target.frameNumber ?? 1) === input.frameNumber;
  if (!isHere) throw new AppError('unknown-target', 'The lesion lies on another image.');
  const plane = context.store.catalogue.planeOf(input.sopInstanceUid, input.frameNumber);
  const place = lesionPlace(label.geometry, plane);
  if (!place) throw new AppError('invalid-geometry', 'The lesion cannot be placed on this image.');
  return place.centre;
}
