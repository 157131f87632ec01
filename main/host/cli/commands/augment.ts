import { writeFileSync } from 'node:fs';
import { noAugmentation } from '../../../contract/augmentation.ts';
import { augmentationPresets } from '../../../contract/augmentationPresets.ts';
import {
  type AugmentationPreview,
  type AugmentedVariant,
  augmentationMethods,
} from '../../../contract/augmentationPreview.ts';
import { augmentOption } from '../augmentOption.ts';
import { type CliCommand, checkInput, defined } from '../command.ts';
import { loadStandalone } from '../standaloneApi.ts';

export const augment: CliCommand = {
  summary: 'a sheet of pictures: a case as it is and as training would change it; without --snapshot the presets',
  usage: 'augment [--snapshot ID --out FILE.png [--augment PRESET|key=value,...] [--case N] [--variants 8] [--seed 1]]',
  options: {
    snapshot: { type: 'string' },
    augment: { type: 'string' },
    case: { type: 'string' },
    variants: { type: 'string' },
    seed: { type: 'string' },
    out: { type: 'string' },
  },
  positionals: [0, 0],
  run: async (args, { output, openExistingCore }) => {
    const snapshotId = args.text('snapshot');
    if (snapshotId === undefined) {
      for (const { id, reason, augmentation } of augmentationPresets)
        output.result({ preset: id, reason, augmentation }, `${id}: ${reason}`);
      return 0;
    }
    const out = args.needPath('out');
    const typed = {
      ...{ snapshotId, augmentation: augmentOption(args.text('augment') ?? 'standard') ?? noAugmentation },
      ...{ caseIndex: args.number('case'), variants: args.number('variants'), seed: args.number('seed') },
    };
    const input = checkInput(augmentationMethods['augmentation.preview'].input, defined(typed));
    const core = await openExistingCore();
    const preview = await core.client['augmentation.preview'](input);
    const { encodePictureSheet } = await loadStandalone();
    writeFileSync(out, encodePictureSheet(preview));
    output.result(previewLine(preview, out), describePreview(preview, out));
    return 0;
  },
};

const variantLine = ({ shares, mixedWith }: AugmentedVariant): object => ({
  shares: Object.fromEntries(shares.map(({ className, share }) => [className, share])),
  ...(mixedWith ? { mixed_with: { kind: mixedWith.kind, case: mixedWith.caseIndex, class: mixedWith.className } } : {}),
});

const previewLine = ({ caseIndex, className, size, variants, gaps, warnings }: AugmentationPreview, png: string) => ({
  ...{ png, case: caseIndex, class: className, size, variants: variants.map(variantLine), gaps, warnings },
});

const describePreview = (
  { caseIndex, className, variants, gaps, warnings }: AugmentationPreview,
  png: string,
): string =>
  [`${png}: case ${caseIndex} (${className}) as it is and ${variants.length} variants`, ...gaps, ...warnings].join(
    '\n',
  );
