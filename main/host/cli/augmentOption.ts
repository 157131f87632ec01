import { Augmentation, noAugmentation } from '../../contract/augmentation.ts';
import { augmentationPresets } from '../../contract/augmentationPresets.ts';
import { checkInput, UsageError } from './command.ts';

const presetNames = augmentationPresets.map(({ id }) => id).join(', ');
const settingNames = Object.keys(noAugmentation).map(dashed).join(', ');

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function camelCased(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function settingValue(name: string, text: string): number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`--augment ${name} takes a number, true or false, not "${text}"`);
  return value;
}

function startOf(name: string): Augmentation {
  const preset = augmentationPresets.find(({ id }) => id === name);
  if (!preset) throw new UsageError(`--augment: there is no preset "${name}"; there are ${presetNames}`);
  return preset.augmentation;
}

/**
 * `--augment PRESET|key=value,...`: settings apply on top of a preset named first, without one on top of nothing. Keys are
 * those of `Augmentation`, as they are or with dashes; a bare `flip-horizontal` is true. Throws UsageError.
 */
export function augmentOption(text: string | undefined): Augmentation | undefined {
  if (text === undefined) return undefined;
  const chosen: Record<string, unknown> = { ...noAugmentation };
  for (const [i, part] of text.split(',').entries()) {
    const [name = '', value] = part.trim().split('=');
    const key = camelCased(name);
    if (i === 0 && value === undefined && !(key in noAugmentation)) Object.assign(chosen, startOf(name));
    else if (key in noAugmentation) chosen[key] = value === undefined ? true : settingValue(name, value);
    else throw new UsageError(`--augment: there is no setting "${name}"; there are ${settingNames}`);
  }
  checkInput(Augmentation, chosen);
  return Augmentation.parse(chosen);
}
