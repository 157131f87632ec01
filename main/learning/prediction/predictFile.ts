import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestTimeAugmentation, viewsText } from '../../contract/testTimeAugmentation.ts';
import { colourMaps } from '../../domain/colourMaps.ts';
import { asAppError } from '../../domain/errors.ts';
import { imageIdOf, type SopInstanceUid } from '../../domain/ids.ts';
import type { FrameImage, IndexedFile } from '../../domain/imageTypes.ts';
import { indexFile } from '../../imaging/indexFile.ts';
import { loadFrame } from '../../imaging/loadFrame.ts';
import { openImage } from '../../imaging/openImage.ts';
import { thumbnail } from '../../imaging/thumbnail.ts';
import type { ExplanationMethod } from '../explanation/explainer.ts';
import { encodeNpy } from '../explanation/npy.ts';
import { displayRange, encodeOverlay } from '../explanation/overlay.ts';
import { gridOnImage } from '../explanation/sampleGrid.ts';
import { answerLine } from './answerLine.ts';
import type { LoadedModel } from './loadModel.ts';
import { type FramePrediction, predictFrame } from './predictFrame.ts';

export interface PredictFileInput {
  readonly modelPath: string;
  readonly address: string;
  /** How the file is called in the output. */
  readonly file: string;
  /** What the names of its pictures begin with. */
  readonly stem: string;
  readonly cam: ExplanationMethod | 'none';
  readonly className?: string;
  readonly tta?: TestTimeAugmentation;
  /** Folder for the PNG and NPY files. */
  readonly out: string;
  readonly threads: number;
}

/** One line of predictions.jsonl; keys are those of the command line. */
export type PredictionLine = Readonly<Record<string, unknown>>;

const overlayOpacity = 0.55;

/** Every frame of a file: scores and, unless `cam` is none, an overlay PNG and the raw grid beside it. */
export async function predictFile(
  model: LoadedModel,
  input: PredictFileInput,
  signal: AbortSignal,
): Promise<PredictionLine[]> {
  const facts = await factsOf(input.address);
  const { layout } = await openImage(input.address);
  const lines: PredictionLine[] = [];
  for (let frameNumber = 1; frameNumber <= layout.frames; frameNumber++) {
    signal.throwIfAborted();
    const frame = await loadFrame(input.address, frameNumber);
    const prediction = await predictFrame(model, frame, input);
    const stem = layout.frames > 1 ? `${input.stem}_${frameNumber}` : input.stem;
    lines.push({
      file: input.file,
      imageId: facts ? imageIdOf(facts.instance.sopInstanceUid as SopInstanceUid, frameNumber) : null,
      patient_id: facts?.patient.patientId ?? null,
      ...(layout.frames > 1 ? { frame: frameNumber } : {}),
      ...answerLine(model.card, prediction),
      ...(input.tta ? { tta: viewsText(input.tta) } : {}),
      cam: writeMaps(prediction, frame, input.out, stem),
      ...(prediction.camReason === undefined ? {} : { cam_reason: prediction.camReason }),
    });
  }
  return lines;
}

/** PNG, JPEG and NIfTI say nothing about their patient: a line without one. */
async function factsOf(address: string): Promise<IndexedFile | undefined> {
  try {
    return await indexFile({ address });
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code === 'no-metadata') return undefined;
    throw error;
  }
}

/** The overlay and the grid of a map as files, and what a line says of them; null without a map. */
export function writeMaps(
  { cam, picture }: Pick<FramePrediction, 'cam' | 'picture'>,
  frame: FrameImage,
  out: string,
  stem: string,
): PredictionLine | null {
  if (!cam) return null;
  mkdirSync(out, { recursive: true });
  const grid = { values: Float32Array.from(cam.grid), rows: cam.rows, columns: cam.columns };
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0] = cam.affinePixels;
  const side = Math.sqrt(picture.levels.length);
  const view = { rows: side, columns: side, networkToSource: picture.networkToSource };
  const heat = gridOnImage(grid, [a, b, c, d, e, f, 0, 0, 1], frame, view);
  const colourMap = colourMaps.inferno;
  const grey = thumbnail(frame, Math.max(frame.rows, frame.columns));
  const options = { colourMap, opacity: overlayOpacity, range: displayRange(cam.grid, colourMap) };
  const names = { png: `${stem}.png`, npy: `${stem}.npy` };
  writeFileSync(join(out, names.png), encodeOverlay(grey, heat, options));
  writeFileSync(join(out, names.npy), encodeNpy(grid));
  return {
    class: cam.className,
    layer: cam.layer,
    method: cam.method,
    png: join(out, names.png),
    npy: join(out, names.npy),
    shape: [cam.rows, cam.columns],
    affine_pixels: cam.affinePixels,
    affine_lps: cam.affineLps ?? null,
  };
}
