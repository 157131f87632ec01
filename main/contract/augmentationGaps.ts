import type { Augmentation } from './augmentation.ts';

/** What has to be known of a dataset or model to judge whether changing its pictures changes their answers. */
export interface AskedQuestion {
  /** Name of the label; absent for models that do not say. */
  readonly target?: string;
  readonly classes: readonly string[];
  /** Scope of one case: crops of lesions have no side of the patient. */
  readonly unit?: string;
  readonly hasWindow?: boolean;
  /** A case is several slices. */
  readonly hasSlices?: boolean;
}

const sideWords = new Set(
  'left right side sided laterality situs dextrocardia levocardia links rechts linke rechte linker rechter seite gauche droite izquierda izquierdo derecha derecho sinistra sinistro destra destro'.split(
    ' ',
  ),
);

/** Only where nothing else stands beside them: RT is a therapy, too. */
const sideLetters = new Set('l r lt rt li re'.split(' '));

const wordsOf = (text: string): string[] =>
  text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u);

/** The word by which the question or one of its answers tells the sides of a patient apart; undefined where none does. */
export function sideWord({ target = '', classes }: AskedQuestion): string | undefined {
  const words = [target, ...classes].flatMap(wordsOf);
  const letters = classes.map((name) => name.trim().toLowerCase());
  return words.find((word) => sideWords.has(word)) ?? letters.find((name) => sideLetters.has(name));
}

/** Turning a picture by a quarter or more brings its left to its right, as mirroring does. */
const SIDE_TURN = 90;

/**
 * What keeps this augmentation from being used for this question, a sentence each: changes after which the answer is
 * wrong or that the stored pictures do not allow.
 */
export function augmentationGaps(how: Augmentation, question: AskedQuestion): string[] {
  const gaps: string[] = [];
  const word = sideWord(question);
  if (word !== undefined && how.flipHorizontal)
    gaps.push(`The answer names a side ("${word}"): a picture mirrored left to right would keep a wrong answer.`);
  if (word !== undefined && how.rotationDegrees >= SIDE_TURN)
    gaps.push(`The answer names a side ("${word}"): turning by ${SIDE_TURN}° or more brings left to right.`);
  if (how.window > 0 && question.hasWindow === false)
    gaps.push(
      'The dataset was made without a window, so its pictures cannot be windowed anew. Change brightness, contrast or gamma instead, or freeze a dataset with a window.',
    );
  if (question.hasSlices && (how.mixup > 0 || how.cutmix > 0))
    gaps.push('Cases of several slices cannot be mixed with each other: switch mixup and cutmix off.');
  return gaps;
}

/** What is allowed but rarely wise, a sentence each. */
export function augmentationWarnings(how: Augmentation, question: AskedQuestion): string[] {
  const isWhole = question.unit !== undefined && question.unit !== 'lesion';
  const mirrored = how.flipHorizontal || how.flipVertical || how.rotationDegrees > 45;
  const warnings: string[] = [];
  if (isWhole && mirrored && augmentationGaps(how, question).length === 0)
    warnings.push(
      'Whole pictures are mirrored or turned far: heart, liver and spleen then lie where they lie in no patient. Only for organs without a side.',
    );
  return warnings;
}
