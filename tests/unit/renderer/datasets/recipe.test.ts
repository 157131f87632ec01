import { describe, expect, it } from 'vitest';
import { LabelDefinition } from '../../../../main/contract/labels.ts';
import {
  commonModality,
  defaultRecipe,
  recipeGap,
  unitsFor,
} from '../../../../renderer/features/datasets/recipeDefaults.ts';
import { recipeFacts, splitTitle } from '../../../../renderer/features/datasets/recipeWords.ts';
import { windowIdOf, windowName } from '../../../../renderer/features/datasets/windowChoices.ts';

const definition = (scope: string): LabelDefinition =>
  LabelDefinition.parse({
    id: 'definition-1',
    name: 'nodule',
    scope,
    values: [
      { value: 'smooth', colour: '#56b4e9' },
      { value: 'spiculated', colour: '#e69f00' },
    ],
  });

describe('defaultRecipe', () => {
  it('crops a lesion and gives CT a window', () => {
    expect(defaultRecipe(definition('lesion'), 'CT')).toMatchObject({
      target: 'nodule',
      unit: 'lesion',
      size: 64,
      cropMm: 50,
      window: { center: -600, width: 1500 },
      partition: { kind: 'split', train: 0.7, val: 0.15, test: 0.15 },
    });
  });

  it('leaves radiographs whole and in their own range', () => {
    const recipe = defaultRecipe(definition('image'), 'DX');
    expect(recipe).toMatchObject({ unit: 'image', size: 128 });
    expect(recipe).not.toHaveProperty('cropMm');
    expect(recipe).not.toHaveProperty('window');
  });
});

describe('recipe choices', () => {
  it('offer lesions only where lesions were labelled', () => {
    expect(unitsFor('lesion')).toContain('lesion');
    expect(unitsFor('series')).not.toContain('lesion');
  });

  it('say what is missing', () => {
    const recipe = defaultRecipe(definition('image'), undefined);
    expect(recipeGap(recipe)).toBeUndefined();
    expect(recipeGap({ ...recipe, partition: { kind: 'file', path: ' ' } })).toMatch(/split file/);
    expect(recipeGap({ ...recipe, partition: { kind: 'split', train: 0.8, val: 0.2, test: 0 } })).toMatch(/test/);
  });

  it('know the modality of most series', () => {
    expect(commonModality(['CT', 'MR', 'CT'])).toBe('CT');
    expect(commonModality([])).toBeUndefined();
  });
});

describe('words', () => {
  it('name windows with a real minus sign', () => {
    expect(windowName({ center: -600, width: 1500 })).toBe('CT lung: centre −600, width 1500');
    expect(windowIdOf({ center: 1, width: 2 })).toBe('own');
    expect(windowIdOf(undefined)).toBe('range');
  });

  it('name parts', () => {
    const titles = ['train', 'val', 'test', 'fold-3'].map((split) => splitTitle(split));
    expect(titles).toEqual(['Training', 'Validation', 'Test', 'Fold 3']);
    expect(splitTitle('fold-2', { kind: 'leave-out', by: 'site', names: ['North', 'South'] })).toBe('South');
  });

  it('tell a recipe', () => {
    const facts = recipeFacts(defaultRecipe(definition('lesion'), 'CT'), 'one reader');
    expect(Object.fromEntries(facts.map(({ name, value }) => [name, value]))).toMatchObject({
      Parts: expect.stringContaining('70 % training, 15 % validation, 15 % test'),
      Picture: expect.stringContaining('a square of 50 mm around the lesion, 64 × 64 px'),
      Truth: 'one reader',
    });
  });
});
