import { TestTimeAugmentation, viewPresets } from '../../contract/testTimeAugmentation.ts';
import { checkInput, UsageError } from './command.ts';

const presetNames = viewPresets.map(({ id }) => id).join(', ');
const settings: Readonly<Record<string, keyof TestTimeAugmentation>> = {
  'flip-horizontal': 'flipHorizontal',
  'flip-vertical': 'flipVertical',
  shift: 'shift',
  'rotation-degrees': 'rotationDegrees',
};

/**
 * `--tta none|small|mirrored|key=value,...`: views whose scores are averaged, e.g. `shift=0.05,flip-horizontal`. Undefined
 * is the picture as it is. Throws UsageError.
 */
export function viewsOption(text: string | undefined): TestTimeAugmentation | undefined {
  if (text === undefined) return undefined;
  const preset = viewPresets.find(({ id }) => id === text);
  if (preset) return preset.views;
  const chosen: Record<string, unknown> = {};
  for (const part of text.split(',')) {
    const [name = '', value] = part.trim().split('=');
    const key = settings[name];
    if (key === undefined)
      throw new UsageError(
        `--tta: there is no "${name}"; there are ${presetNames}, and ${Object.keys(settings).join(', ')}`,
      );
    chosen[key] = value === undefined || value === 'true' ? true : value === 'false' ? false : Number(value || 'none');
  }
  checkInput(TestTimeAugmentation, chosen);
  return TestTimeAugmentation.parse(chosen);
}
