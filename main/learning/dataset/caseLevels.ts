import type { Preprocessing } from '../../contract/models.ts';
import type { CaseCandidate, SourceFrame } from './candidates.ts';
import { sha256Hex } from './canonicalJson.ts';
import type { ExclusionCode } from './exclusions.ts';
import { ontoPlane } from './ontoPlane.ts';
import { type GreyFrame, type NetworkPicture, preprocess } from './preprocess.ts';
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

/** A slice as it was read: the frame that says where it is, and, of several series as channels, what each shows there. */
export interface SliceFrames {
  readonly reference: GreyFrame;
  readonly channels?: readonly (readonly { readonly frame: GreyFrame; readonly share: number }[])[];
}

export interface SlicePictures extends Omit<NetworkPicture, 'levels'> {
  /** One picture, or one for each channel. */
  readonly levels: Uint16Array<ArrayBuffer>;
}

/** The pictures of one slice. Snapshot and prediction both come through here. */
export function slicePictures(
  { reference, channels }: SliceFrames,
  recipe: Recipe,
  lesionCentre?: readonly [column: number, row: number],
): SlicePictures {
  if (!channels) return preprocess(reference, recipe, lesionCentre);
  const pictures = channels.map((parts) => preprocess(ontoPlane(reference, parts), recipe, lesionCentre));
  const [first] = pictures;
  if (!first) throw new Error('a slice without channels');
  const levels = new Uint16Array(pictures.length * recipe.size ** 2);
  pictures.forEach((picture, i) => {
    levels.set(picture.levels, i * recipe.size ** 2);
  });
  return { ...first, levels };
}

async function readSlice(
  candidate: CaseCandidate,
  { sopInstanceUid, frameNumber, sourcePath, channels }: SourceFrame,
  load: LoadCaseFrame,
): Promise<SliceFrames | ExclusionCode> {
  const { frames: _, ...rest } = candidate;
  const reference = await load({ ...rest, sopInstanceUid, frameNumber, sourcePath });
  if (typeof reference === 'string') return reference;
  if (!channels) return { reference };
  const read: { frame: GreyFrame; share: number }[][] = [];
  for (const parts of channels) {
    const channel: { frame: GreyFrame; share: number }[] = [];
    for (const { share, ...at } of parts) {
      const frame = await load({ ...rest, ...at });
      if (typeof frame === 'string') return frame;
      channel.push({ frame, share });
    }
    read.push(channel);
  }
  return { reference, channels: read };
}

function manifestImageOf({ sopInstanceUid, frameNumber, channels }: SourceFrame, read: SliceFrames): ManifestImage {
  const { reference } = read;
  const sources = channels?.map((parts) =>
    parts.map((part) => ({ sopInstanceUid: part.sopInstanceUid, frameNumber: part.frameNumber, share: part.share })),
  );
  return {
    ...{ sopInstanceUid, frameNumber, sha256: frameHash(reference) },
    ...(sources && { channels: sources }),
    ...(isBlank(reference) && { isBlank: true }),
  };
}

/** Reads and preprocesses a case. One slice or channel that cannot be used leaves the case out. */
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
  const made: ManifestImage[] = [];
  const pictures: Uint16Array[] = [];
  for (const source of frames) {
    const slice = await readSlice(candidate, source, load);
    if (typeof slice === 'string') return slice;
    pictures.push(slicePictures(slice, recipe, lesion?.centre).levels);
    made.push(manifestImageOf(source, slice));
  }
  const each = pictures[0]?.length ?? 0;
  const levels = new Uint16Array(pictures.length * each);
  pictures.forEach((picture, i) => {
    levels.set(picture, i * each);
  });
  return { levels, frameSha256: sha256Hex(made.map(({ sha256 }) => sha256).join()), images: made };
}
