import type { ReactNode } from 'react';
import type { AugmentedVariant } from '../../../../main/contract/augmentationPreview.ts';
import { formatPercent } from '../../../components/format.ts';
import { GreyPicture } from '../../../components/GreyPicture.tsx';

interface VariantTileProps {
  /** From 1. */
  readonly number: number;
  /** Absent: still on its way. */
  readonly variant: AugmentedVariant | undefined;
  readonly size: number;
  readonly pixels: Uint8Array | undefined;
  /** The other picture that is mixed in, as it is. */
  readonly partner: { readonly size: number; readonly pixels: Uint8Array; readonly title: string } | undefined;
}

const sharesText = ({ shares }: AugmentedVariant): string =>
  shares.map(({ className, share }) => `${formatPercent(share)} ${className}`).join(' · ');

function altOf(variant: AugmentedVariant, number: number): string {
  const { mixedWith } = variant;
  if (!mixedWith) return `variant ${number}`;
  return `variant ${number}: ${mixedWith.kind} with another case, told ${sharesText(variant)}`;
}

/** One variant; a mixed one with the picture it was mixed with and the answer that training is told. */
export function VariantTile({ number, variant, size, pixels, partner }: VariantTileProps): ReactNode {
  if (!variant || !pixels)
    return (
      <figure>
        <div className="augmentation-wait" />
      </figure>
    );
  return (
    <figure>
      <GreyPicture rows={size} columns={size} pixels={pixels} alt={altOf(variant, number)} />
      {variant.mixedWith ? (
        <>
          {partner ? (
            <span className="augmentation-partner" title={partner.title}>
              <GreyPicture rows={partner.size} columns={partner.size} pixels={partner.pixels} alt={partner.title} />
            </span>
          ) : null}
          <figcaption>
            <strong>{sharesText(variant)}</strong>
          </figcaption>
        </>
      ) : null}
    </figure>
  );
}
