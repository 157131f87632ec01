import { DatasetRecipe } from '../../../main/contract/datasets.ts';
import type { LabelDefinition, Scope } from '../../../main/contract/labels.ts';
import { windowChoices } from './windowChoices.ts';

/** Side of a crop with some of the tissue around most lesions. */
const usualCropMm = 50;

/** What usually works for a question: a lesion is cropped, a CT gets a window, all else stays as it is. */
export function defaultRecipe(definition: LabelDefinition, modality: string | undefined): DatasetRecipe {
  const isLesion = definition.scope === 'lesion';
  const isCt = modality === 'CT';
  const window = windowChoices.find(({ id }) => id === (isLesion ? 'lung' : 'soft'));
  return DatasetRecipe.parse({
    target: definition.name,
    ...(definition.number ? { task: 'regression' } : {}),
    unit: definition.scope,
    size: isLesion ? 64 : 128,
    ...(isLesion ? { cropMm: usualCropMm } : {}),
    ...(isCt && window ? { window: { center: window.center, width: window.width } } : {}),
    ...(definition.scope === 'series' || definition.scope === 'study' ? { frame: 'middle' } : {}),
  });
}

/** What one case may be: a wider or narrower image unit always, a lesion only where lesions were labelled. */
export const unitsFor = (scope: Scope): readonly Scope[] =>
  scope === 'lesion' ? ['lesion', 'image', 'series', 'study'] : ['image', 'series', 'study'];

/** The modality of most series. */
export function commonModality(modalities: readonly string[]): string | undefined {
  const counts = Map.groupBy(modalities, (modality) => modality);
  return [...counts].sort((a, b) => b[1].length - a[1].length)[0]?.[0];
}

/** Why a recipe cannot be asked about yet; undefined when it can. */
export function recipeGap({ partition, phases }: DatasetRecipe): string | undefined {
  if (phases?.some(({ name }) => !name.trim())) return 'Give every channel a name.';
  if (phases?.some(({ words }) => words?.some((word) => !word.trim()))) return 'Finish the list of words of a channel.';
  if (partition.kind === 'file' && !partition.path.trim()) return 'Give the path of the split file.';
  if (partition.kind === 'leave-out' && !partition.by) return 'Choose by what a site is known.';
  if (partition.kind === 'split' && partition.test <= 0)
    return 'Training and validation leave nobody to test on: make one of them smaller.';
  return undefined;
}
