import { type TestTimeAugmentation, viewsText } from '../../contract/testTimeAugmentation.ts';
import type { ExplanationMethod } from '../explanation/explainer.ts';
import { answerLine } from './answerLine.ts';
import type { LoadedModel } from './loadModel.ts';
import { type PredictionLine, writeMaps } from './predictFile.ts';
import { predictCase } from './predictFrame.ts';
import { type ReadSlice, readSlice, type SliceAddress } from './readSlice.ts';

/** A slice of a series on disk. */
export interface SliceFile extends SliceAddress {
  /** How the file is called in the output. */
  readonly file: string;
  /** What the names of its pictures begin with. */
  readonly stem: string;
  readonly imageId: string | null;
}

export interface PredictSeriesInput {
  readonly modelPath: string;
  readonly seriesInstanceUid: string | null;
  readonly patientId: string | null;
  /** The slices that the model looks at, in order. */
  readonly slices: readonly SliceFile[];
  readonly cam: ExplanationMethod | 'none';
  readonly className?: string;
  readonly tta?: TestTimeAugmentation;
  /** Folder for the PNG and NPY files. */
  readonly out: string;
  readonly threads: number;
}

/** The answer about a series as one line, with what each slice counted and, unless `cam` is none, a map of each. */
export async function predictSeries(
  model: LoadedModel,
  input: PredictSeriesInput,
  signal: AbortSignal,
): Promise<PredictionLine> {
  const read: ReadSlice[] = [];
  for (const slice of input.slices) {
    signal.throwIfAborted();
    read.push(await readSlice(slice));
  }
  const { slices, camReason, ...answer } = await predictCase(model, read, input);
  const lineOf = (slice: SliceFile, i: number): PredictionLine => {
    const [prediction, frame] = [slices[i], read[i]?.frame];
    const cam = prediction && frame ? writeMaps(prediction, frame, input.out, slice.stem) : null;
    const { file, imageId, frameNumber } = slice;
    return { file, imageId, frame: frameNumber, weight: prediction?.weight ?? null, cam };
  };
  return {
    file: input.slices[Math.floor(input.slices.length / 2)]?.file ?? '',
    series: input.seriesInstanceUid,
    patient_id: input.patientId,
    ...answerLine(model.card, answer),
    ...(input.tta ? { tta: viewsText(input.tta) } : {}),
    slices: input.slices.map(lineOf),
    ...(camReason === undefined ? {} : { cam_reason: camReason }),
  };
}
