import type { Preprocessing } from '../../contract/models.ts';
import type { CaseCandidate } from './candidates.ts';
import { sha256Hex } from './canonicalJson.ts';
import type { ExclusionCode } from './exclusions.ts';
import { type GreyFrame, preprocess } from './preprocess.ts';
import type { ManifestImage } from './snapshotManifest.ts';

/** A grey frame, or why it cannot be used. */
export type LoadCaseFrame = (candidate: CaseCandidate) => Promise<GreyFrame | ExclusionCode>;

/** The pictures of a case as they are frozen. */
export interface CaseLevels {
  /** One picture, or those of its slices one after the other. */
  readonly levels: Uint16Array<ArrayBuffer>;
  readonly frameSha256: string;
  /** Of a case of several slices. */
  readonly images?: ManifestImage[];
}

/** Equal for frames with equal size and modality values, in whatever file format they came. */
function frameHash(frame: GreyFrame): string {
  const values = Float32Array.from(frame.values);
  const size = new Uint32Array([frame.rows, frame.columns]);
  return sha256Hex(Buffer.concat([new Uint8Array(size.buffer), new Uint8Array(values.buffer)]));
}

/** An empty slice is like every other empty slice: it says nothing of whose it is. */
function isBlank({ values }: GreyFrame): boolean {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false;
  return true;
}

type Recipe = Pick<Preprocessing, 'size' | 'resize' | 'cropMm' | 'window'>;

/** Reads and preprocesses a case. One slice that cannot be used leaves the case out. */
export async function caseLevels(
  candidate: CaseCandidate,
  recipe: Recipe,
  load: LoadCaseFrame,
): Promise<CaseLevels | ExclusionCode> {
  const { frames, lesion } = candidate;
  if (!frames) {
    const frame = await load(candidate);
    if (typeof frame === 'string') return frame;
    return { levels: preprocess(frame, recipe, lesion?.centre).levels, frameSha256: frameHash(frame) };
  }
  const area = recipe.size ** 2;
  const levels = new Uint16Array(frames.length * area);
  const made: ManifestImage[] = [];
  for (const [i, { sopInstanceUid, frameNumber, sourcePath }] of frames.entries()) {
    const frame = await load({ ...candidate, sopInstanceUid, frameNumber, sourcePath });
    if (typeof frame === 'string') return frame;
    levels.set(preprocess(frame, recipe, lesion?.centre).levels, i * area);
    made.push({ sopInstanceUid, frameNumber, sha256: frameHash(frame), ...(isBlank(frame) && { isBlank: true }) });
  }
  return { levels, frameSha256: sha256Hex(made.map(({ sha256 }) => sha256).join()), images: made };
}
