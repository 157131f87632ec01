import { existsSync } from 'node:fs';
import type { InstanceFacts } from '../../domain/imageTypes.ts';
import type { Db } from '../workspace/database.ts';
import { fileOfAddress, type WorkspacePaths } from '../workspace/workspacePaths.ts';
import type { NewInstance } from './catalogue.ts';

/** Addresses as stored. */
export interface MovedInstance {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly from: string;
  readonly to: string;
}

/** Rows of `instance`, and the counters of their series. */
export function instanceRows(db: Db, { toStored, fromStored }: WorkspacePaths) {
  const selectHash = db.prepare<[string], string>('SELECT file_sha256 FROM instance WHERE SOPInstanceUID = ?').pluck();
  const selectAddress = db.prepare<[string], string>('SELECT address FROM instance WHERE SOPInstanceUID = ?').pluck();
  const selectTwin = db
    .prepare<[string], string>('SELECT SOPInstanceUID FROM instance WHERE pixel_sha256 = ? LIMIT 1')
    .pluck();
  const insert = db.prepare(
    `INSERT INTO instance (SOPInstanceUID, SeriesInstanceUID, InstanceNumber, NumberOfFrames, has_pixels, address, file,
       file_sha256, pixel_sha256, import_id, facts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const updateAddress = db.prepare(
    `UPDATE instance SET address = @to, facts = json_set(facts, '$.address', @to) WHERE SOPInstanceUID = @sopInstanceUid`,
  );
  const updateSeries = db.prepare(
    `UPDATE series SET instances = instances + 1, frames = frames + ?, images = images + ?, Rows = coalesce(Rows, ?),
       Columns = coalesce(Columns, ?), stack_count = NULL
     WHERE SeriesInstanceUID = ?`,
  );
  return {
    hashOf: (sopInstanceUid: string): string | undefined => selectHash.get(sopInstanceUid),
    hasTwin: (pixelSha256: string | undefined): boolean =>
      pixelSha256 !== undefined && selectTwin.get(pixelSha256) !== undefined,
    /** The same bytes were found at another place: follows them there if they are gone from where they were. */
    followMove({ sopInstanceUid, seriesInstanceUid, address }: InstanceFacts): MovedInstance | undefined {
      const from = selectAddress.get(sopInstanceUid);
      const to = toStored(address);
      if (from === undefined || from === to || existsSync(fileOfAddress(fromStored(from)))) return undefined;
      updateAddress.run({ to, sopInstanceUid });
      return { sopInstanceUid, seriesInstanceUid, from, to };
    },
    add({ indexed: { instance }, file }: NewInstance, importId: string): void {
      const hasPixels = instance.hasPixels ? 1 : 0;
      const address = toStored(instance.address);
      insert.run(
        instance.sopInstanceUid,
        instance.seriesInstanceUid,
        instance.instanceNumber ?? null,
        instance.frameCount,
        hasPixels,
        address,
        file ?? null,
        instance.fileSha256,
        instance.pixelSha256 ?? null,
        importId,
        JSON.stringify({ ...instance, address }),
      );
      const size = instance.hasPixels ? [instance.rows ?? null, instance.columns ?? null] : [null, null];
      const frames = instance.hasPixels ? instance.frameCount : 0;
      updateSeries.run(frames, hasPixels, ...size, instance.seriesInstanceUid);
    },
  };
}
