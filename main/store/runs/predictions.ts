import { Prediction } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { parseImageId } from '../../domain/ids.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { Predictions } from './runs.ts';

interface PredictionRow {
  readonly prediction: string;
  readonly cam_grid: Buffer | null;
}

/** Float32 values, little endian, as they lie in the BLOB. */
function gridBytes(grid: Float32Array): Buffer {
  const bytes = Buffer.alloc(grid.length * 4);
  grid.forEach((value, i) => {
    bytes.writeFloatLE(value, i * 4);
  });
  return bytes;
}

const gridOf = (bytes: Buffer): Float32Array =>
  Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));

function predictionOf({ prediction, cam_grid }: PredictionRow): Prediction {
  const value: { cam?: object } = JSON.parse(prediction);
  if (value.cam === undefined || cam_grid === null) return Prediction.parse(value);
  return Prediction.parse({ ...value, cam: { ...value.cam, grid: gridOf(cam_grid) } });
}

export function predictionTable(db: Db): Predictions {
  const save = db.prepare(
    `INSERT INTO prediction (id, model_id, SOPInstanceUID, FrameNumber, lesion_label_id, created_at, prediction, cam_grid)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (model_id, SOPInstanceUID, FrameNumber, lesion_label_id) DO UPDATE SET id = excluded.id,
       created_at = excluded.created_at, prediction = excluded.prediction, cam_grid = excluded.cam_grid`,
  );
  const select = db.prepare<[{ series: string; modelId: string | null }], PredictionRow>(
    `SELECT prediction, cam_grid FROM prediction JOIN instance USING (SOPInstanceUID)
     WHERE SeriesInstanceUID = @series AND (@modelId IS NULL OR model_id = @modelId)
     ORDER BY InstanceNumber, SOPInstanceUID, FrameNumber, created_at`,
  );

  function saveOne(prediction: Prediction): void {
    const image = parseImageId(prediction.imageId);
    if (image === undefined) throw new AppError('invalid-input', 'Only images of the workspace have predictions here.');
    const { cam, ...rest } = prediction;
    const { grid, ...map } = cam ?? {};
    const json = JSON.stringify(cam === undefined ? rest : { ...rest, cam: map });
    const place = [image.sopInstanceUid, image.frameNumber, prediction.lesionLabelId ?? ''];
    const bytes = grid === undefined ? null : gridBytes(grid);
    save.run(prediction.id, prediction.modelId, ...place, prediction.createdAt, json, bytes);
  }

  return {
    savePredictions(predictions) {
      transact(db, () => {
        for (const prediction of predictions) saveOne(prediction);
      });
    },
    predictions: (series, modelId) => select.all({ series, modelId: modelId ?? null }).map(predictionOf),
  };
}
