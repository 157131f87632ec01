import { phaseWords } from '../../../main/contract/caseShape.ts';
import type { DatasetPreview, DatasetRecipe } from '../../../main/contract/datasets.ts';
import { formatPercent } from '../../components/format.ts';
import { type Fact, windowName } from './windowChoices.ts';

type FoldScheme = NonNullable<DatasetPreview['scheme']>;
type Folds = Extract<DatasetRecipe['partition'], { kind: 'folds' }>;

export const shortHash = (hash: string): string => hash.slice(0, 12);

export const splitTitles: Readonly<Record<string, string>> = {
  train: 'Training',
  val: 'Validation',
  test: 'Test',
};

/** `Training`, `Fold 2`, or the site that is left out. */
export function splitTitle(split: string, scheme?: FoldScheme): string {
  if (!split.startsWith('fold-')) return splitTitles[split] ?? split;
  const number = Number(split.slice('fold-'.length));
  const site = scheme?.kind === 'leave-out' ? scheme.names[number - 1] : undefined;
  return site ?? `Fold ${number}`;
}

function foldWords({ folds, repeats = 1, inner }: Folds, seed: number): string {
  const start = `${folds} folds by patient, seed ${seed}`;
  if (inner !== undefined)
    return `${start}, nested: ${inner} validation parts take turns inside each; each case is tested by ${inner} networks that have not seen its patient, and their answers are averaged`;
  if (repeats > 1)
    return `${start}, dealt out ${repeats} times: each case is tested ${repeats} times, always by a network that has not seen its patient, and the answers are averaged`;
  return `${start}: each case is tested once, by a network that has not seen its patient`;
}

function partitionWords({ partition, seed, task }: DatasetRecipe): string {
  if (partition.kind === 'folds') return foldWords(partition, seed);
  if (partition.kind === 'leave-out')
    return `one part per value of “${partition.by}”, left out in turn: each case is tested once, by a network that has seen no case of its site; seed ${seed}`;
  if (partition.kind === 'file') return `as the file ${partition.path} says`;
  const { train, val, test } = partition;
  return `${formatPercent(train)} training, ${formatPercent(val)} validation, ${formatPercent(test)} test, by patient and with ${task === 'regression' ? 'numbers spread alike' : task === 'multi-label' ? 'equal shares of each label' : 'equal shares of the classes'}, seed ${seed}`;
}

const channelWords = ({ channels, phases }: DatasetRecipe): string => {
  if (phases) return `${phases.length} series of the study as channels`;
  return channels === 1 ? 'one grey channel' : 'three equal channels';
};

function pictureWords(recipe: DatasetRecipe): string {
  const { size, resize, cropMm, unit } = recipe;
  const part =
    cropMm === undefined
      ? unit === 'lesion'
        ? 'the whole image around each lesion'
        : 'the whole image'
      : `a square of ${cropMm} mm around the lesion`;
  const fit = resize === 'fit' ? 'shape kept, black borders' : 'stretched to fill';
  return `${part}, ${size} × ${size} px, ${fit}, ${channelWords(recipe)}`;
}

function imageWords({ slices, frame }: DatasetRecipe): string {
  if (!slices) return frameWords[frame];
  return slices.extent === 'lesion'
    ? `${slices.count} slices of the part where the lesion is outlined, together`
    : `${slices.count} slices, evenly over the series, together`;
}

const frameWords = { middle: 'the middle one', 'largest-lesion': 'the one with the largest lesion' } as const;

const answerWords: Readonly<Partial<Record<DatasetRecipe['task'], string>>> = {
  ordinal: 'ordered grades, from the least to the most',
  regression: 'a number',
  'multi-label': 'several labels, each yes or no',
};

/** A recipe as a person would say it. */
export function recipeFacts(recipe: DatasetRecipe, groundTruthRule?: string): readonly Fact[] {
  const unit = recipe.unit;
  const facts: readonly (Fact | undefined)[] = [
    answerWords[recipe.task] ? { name: 'Answers', value: answerWords[recipe.task] ?? '' } : undefined,
    recipe.also ? { name: 'Labels', value: [recipe.target, ...recipe.also].join(', ') } : undefined,
    { name: 'Parts', value: partitionWords(recipe) },
    { name: 'Picture', value: pictureWords(recipe) },
    recipe.phases && {
      name: 'Channels',
      value: recipe.phases.map((rule) => `${rule.name} (${phaseWords(rule)})`).join('; '),
    },
    { name: 'Grey values', value: windowName(recipe.window) },
    unit === 'series' || unit === 'study' ? { name: 'Image of a case', value: imageWords(recipe) } : undefined,
    {
      name: 'Truth',
      value: groundTruthRule ?? (recipe.reader ? `${recipe.reader} alone` : 'what all readers agree on'),
    },
    recipe.positive ? { name: 'Positive', value: recipe.positive } : undefined,
  ];
  return facts.filter((fact) => fact !== undefined);
}
