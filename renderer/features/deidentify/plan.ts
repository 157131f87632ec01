import type { MaskBox, ProfileOptions, SurveyedSeries } from '../../../main/contract/deidentify.ts';

/** Everything the person chose on the page; nothing of it is sent before the export is started. */
export interface Plan {
  readonly source: 'workspace' | 'folder';
  /** SeriesInstanceUIDs that stay behind. */
  readonly leftOut: ReadonlySet<string>;
  readonly folder: string;
  readonly importCopies: boolean;
  readonly profile: ProfileOptions;
  readonly burnedIn: 'refuse' | 'mask' | 'accept';
  readonly out: string;
  readonly table: string;
  readonly passphrase: string;
  readonly repeated: string;
  readonly seriesMasks: Readonly<Record<string, readonly MaskBox[]>>;
  readonly imageMasks: Readonly<Record<string, readonly MaskBox[]>>;
  /** Series whose pictures were looked at. */
  readonly reviewed: ReadonlySet<string>;
}

export const emptyPlan: Plan = {
  source: 'workspace',
  leftOut: new Set(),
  folder: '',
  importCopies: false,
  profile: {
    dates: 'remove',
    keepPatientCharacteristics: false,
    keepDevice: false,
    keepInstitution: false,
    keepUids: false,
    keepSafePrivate: false,
    cleanDescriptors: false,
  },
  burnedIn: 'refuse',
  out: '',
  table: '',
  passphrase: '',
  repeated: '',
  seriesMasks: {},
  imageMasks: {},
  reviewed: new Set(),
};

/** Letters that a passphrase needs at least, as the table asks for. */
export const shortestPassphrase = 8;

/** What is still missing before an export can start; undefined when nothing is. */
export function whatIsMissing(plan: Plan, chosen: readonly SurveyedSeries[]): string | undefined {
  if (plan.source === 'workspace' && chosen.length === 0) return 'Choose at least one series.';
  if (plan.source === 'folder' && !plan.folder.trim()) return 'Choose the folder to take the files from.';
  if (!plan.out.trim()) return 'Choose the folder to write to.';
  if (plan.passphrase.length < shortestPassphrase) return `The passphrase needs ${shortestPassphrase} characters.`;
  if (plan.passphrase !== plan.repeated) return 'The passphrases differ.';
  return undefined;
}

export type Fate = 'copied' | 'masked' | 'detector' | 'refused';

/** What will happen to the pictures of a series, as far as the stored facts tell. */
export function fateOf(plan: Plan, series: SurveyedSeries): Fate {
  const id = series.seriesInstanceUid;
  if ((plan.seriesMasks[id] ?? []).length > 0) return 'masked';
  const hasBoxes = series.images.some(({ sopInstanceUid }) => (plan.imageMasks[sopInstanceUid] ?? []).length > 0);
  if (plan.reviewed.has(id) || series.risk !== 'high') return hasBoxes ? 'masked' : 'copied';
  if (plan.burnedIn === 'accept') return 'copied';
  return plan.burnedIn === 'mask' ? 'detector' : 'refused';
}

export const toggled = (set: ReadonlySet<string>, item: string, isIn: boolean): ReadonlySet<string> => {
  const next = new Set(set);
  if (isIn) next.add(item);
  else next.delete(item);
  return next;
};

/** A record without its empty lists. */
export function withBoxes(
  masks: Readonly<Record<string, readonly MaskBox[]>>,
  id: string,
  boxes: readonly MaskBox[],
): Readonly<Record<string, readonly MaskBox[]>> {
  const { [id]: _before, ...rest } = masks;
  return boxes.length > 0 ? { ...rest, [id]: boxes } : rest;
}
