/** Why a labelled case stays out of a dataset. */
export const exclusionMessages = {
  unadjudicated: 'The readers disagree and nobody has adjudicated.',
  'not-read': 'The chosen reader has not read this case.',
  'mixed-labels': 'Lesions or images of this case have different answers.',
  'unknown-class': 'The answer is not one of the classes.',
  'removed-series': 'The series was taken out of the workspace.',
  'unknown-image': 'The labelled image is not in the workspace.',
  'damaged-pixels': 'The pixels are damaged or cannot be decoded.',
  'file-changed': 'The file is gone, or has other content than when it was imported.',
  'not-grey': 'Colour images cannot be used.',
  'no-geometry': 'The lesion has no outline on this image.',
  'not-in-split-file': 'The patient has no row in the split file.',
  'missing-phase': 'A series that is to be one of the channels is not in its study.',
  'phases-apart': 'The series that are to be the channels do not cover the same place.',
  'no-lesion': 'No lesion is outlined on its images.',
  'no-site': 'The image does not say where it comes from.',
} as const;

export type ExclusionCode = keyof typeof exclusionMessages;

export interface Exclusion {
  readonly code: ExclusionCode;
  /** Image, series, study or lesion the exclusion is about. */
  readonly subject: string;
}

/** Counted by code, most frequent first, with a sentence each. */
export function countExclusions(exclusions: readonly Exclusion[]) {
  return [...Map.groupBy(exclusions, ({ code }) => code)]
    .map(([code, all]) => ({ code, message: exclusionMessages[code], n: all.length }))
    .sort((a, b) => b.n - a.n || (a.code < b.code ? -1 : 1));
}
