import { existsSync } from 'node:fs';
import type { InstanceFacts } from '../../domain/imageTypes.ts';
import type { Db } from '../workspace/database.ts';
import { fileOfAddress, type WorkspacePaths } from '../workspace/workspacePaths.ts';
import type { NewInstance } from './catalogue.ts';
import type { RelocatedFile } from './fileTracking.ts';

/** Addresses as stored. */
export interface MovedInstance {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly from: string;
  readonly to: string;
}

/** What an import compares a file with. */
export interface PresentInstance {
  readonly seriesInstanceUid: string;
  /** As stored. */
  readonly address: string;
  /** '' until the whole file has been read. */
  readonly fileSha256: string;
  /** Its pixels are cut short. */
  readonly isTruncated: boolean;
}

interface Row {
  readonly seriesInstanceUid: string;
  readonly address: string;
  readonly fileSha256: string;
  readonly problem: string | null;
  readonly frames: number;
}

/** Rows of `instance`, and the counters of their series. */
export function instanceRows(db: Db, { toStored, fromStored }: WorkspacePaths) {
  const select = db.prepare<[string], Row>(
    `SELECT SeriesInstanceUID AS seriesInstanceUid, address, file_sha256 AS fileSha256,
       json_extract(facts, '$.pixelProblem') AS problem, NumberOfFrames AS frames
     FROM instance WHERE SOPInstanceUID = ?`,
  );
  const selectTwin = db
    .prepare<[string, string], string>(
      'SELECT SOPInstanceUID FROM instance WHERE pixel_sha256 = ? AND SOPInstanceUID <> ? LIMIT 1',
    )
    .pluck();
  const insert = db.prepare(
    `INSERT INTO instance (SOPInstanceUID, SeriesInstanceUID, InstanceNumber, NumberOfFrames, has_pixels, address, file,
       file_sha256, pixel_sha256, import_id, facts, size_bytes, modified_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    `UPDATE instance SET NumberOfFrames = ?, address = ?, file_sha256 = ?, pixel_sha256 = ?, facts = ?, size_bytes = ?,
       modified_ms = ?
     WHERE SOPInstanceUID = ?`,
  );
  const updateAddress = db.prepare(
    `UPDATE instance SET address = @to, facts = json_set(facts, '$.address', @to), file_state = 'present',
       modified_ms = @modifiedMs
     WHERE SOPInstanceUID = @sopInstanceUid`,
  );
  const updateSeries = db.prepare(
    `UPDATE series SET instances = instances + 1, frames = frames + ?, images = images + ?, Rows = coalesce(Rows, ?),
       Columns = coalesce(Columns, ?), stack_count = NULL
     WHERE SeriesInstanceUID = ?`,
  );
  const updateFrames = db.prepare(
    'UPDATE series SET frames = frames + ?, stack_count = NULL WHERE SeriesInstanceUID = ?',
  );

  function move({ sopInstanceUid, address, modifiedMs }: RelocatedFile): MovedInstance | undefined {
    const present = select.get(sopInstanceUid);
    if (present === undefined) return undefined;
    const to = toStored(address);
    updateAddress.run({ to, modifiedMs, sopInstanceUid });
    return { sopInstanceUid, seriesInstanceUid: present.seriesInstanceUid, from: present.address, to };
  }

  return {
    present(sopInstanceUid: string): PresentInstance | undefined {
      const row = select.get(sopInstanceUid);
      return row && { ...row, isTruncated: row.problem === 'damaged-pixels' };
    },
    isSameAddress: (present: PresentInstance, address: string): boolean => present.address === toStored(address),
    hasTwin: ({ pixelSha256, sopInstanceUid }: InstanceFacts): boolean =>
      pixelSha256 !== undefined && selectTwin.get(pixelSha256, sopInstanceUid) !== undefined,
    move,
    /** The same bytes were found at another place: follows them there if they are gone from where they were. */
    followMove({ sopInstanceUid, address, modifiedMs }: InstanceFacts): MovedInstance | undefined {
      const from = select.get(sopInstanceUid)?.address;
      if (from === undefined || from === toStored(address) || existsSync(fileOfAddress(fromStored(from))))
        return undefined;
      return move({ sopInstanceUid, address, modifiedMs: modifiedMs ?? 0 });
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
        instance.sizeBytes,
        instance.modifiedMs ?? null,
      );
      const size = instance.hasPixels ? [instance.rows ?? null, instance.columns ?? null] : [null, null];
      const frames = instance.hasPixels ? instance.frameCount : 0;
      updateSeries.run(frames, hasPixels, ...size, instance.seriesInstanceUid);
    },
    /** Other facts of the instance that is there: of its whole file, or of a complete copy. */
    replace(instance: InstanceFacts): void {
      const address = toStored(instance.address);
      const present = select.get(instance.sopInstanceUid);
      update.run(
        instance.frameCount,
        address,
        instance.fileSha256,
        instance.pixelSha256 ?? null,
        JSON.stringify({ ...instance, address }),
        instance.sizeBytes,
        instance.modifiedMs ?? null,
        instance.sopInstanceUid,
      );
      const more = instance.hasPixels ? instance.frameCount - (present?.frames ?? 0) : 0;
      const isOther = more !== 0 || (instance.pixelProblem ?? null) !== (present?.problem ?? null);
      if (isOther) updateFrames.run(more, instance.seriesInstanceUid);
    },
  };
}
