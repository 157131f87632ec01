/** Identifiers that must not be mixed up are branded strings; `imageId` is derived, never stored apart. */
declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

export type StudyInstanceUid = Branded<'StudyInstanceUid'>;
export type SeriesInstanceUid = Branded<'SeriesInstanceUid'>;
export type SopInstanceUid = Branded<'SopInstanceUid'>;
/** `groundglass:<SOPInstanceUID>/<FrameNumber>`, frames count from 1 as in DICOM. */
export type ImageId = Branded<'ImageId'>;

/** DICOM PS3.5 section 9.1: at most 64 characters, digits and dots. Some real files break the component rules. */
const uidPattern = /^[0-9.]{1,64}$/;

export const isUid = (value: string): boolean => uidPattern.test(value);

export const imageIdOf = (sopInstanceUid: SopInstanceUid, frameNumber: number): ImageId =>
  `groundglass:${sopInstanceUid}/${frameNumber}` as ImageId;

/** Undefined when `imageId` is not one of ours. */
export function parseImageId(imageId: string): { sopInstanceUid: SopInstanceUid; frameNumber: number } | undefined {
  const match = /^groundglass:([0-9.]{1,64})\/([1-9][0-9]*)$/.exec(imageId);
  if (!match?.[1]) return undefined;
  return { sopInstanceUid: match[1] as SopInstanceUid, frameNumber: Number(match[2]) };
}
