import { type ReactNode, useMemo, useState } from 'react';
import type { Augmentation } from '../../../../main/contract/augmentation.ts';
import { errorText, useQueryOf } from '../../../client/hooks.ts';
import { Button } from '../../../components/Button.tsx';
import { pictureAt } from '../../../components/charts/pictureAt.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { GreyPicture } from '../../../components/GreyPicture.tsx';
import { IconButton } from '../../../components/IconButton.tsx';
import { useSettled } from './useSettled.ts';
import { VariantTile } from './VariantTile.tsx';

interface AugmentationPreviewProps {
  readonly snapshotId: string;
  readonly augmentation: Augmentation;
  /** Positions of the cases that training shows. */
  readonly cases: readonly number[];
}

const VARIANTS = 8;
const SETTLE_MS = 150;

/** One training case beside what training would make of it, made by the code that trains. */
export function AugmentationPreview({ snapshotId, augmentation, cases }: AugmentationPreviewProps): ReactNode {
  const [seed, setSeed] = useState(1);
  const [place, setPlace] = useState(0);
  const settled = useSettled(augmentation, SETTLE_MS);
  const caseIndex = cases[place];
  const preview = useQueryOf(
    'augmentation.preview',
    {
      ...{ snapshotId, augmentation: settled, seed, variants: VARIANTS },
      ...(caseIndex === undefined ? {} : { caseIndex }),
    },
    { keepPrevious: true, staleTimeMs: Infinity },
  );
  const { data } = preview;
  const pictures = useMemo(() => {
    if (!data) return [];
    const area = data.size ** 2;
    return Array.from({ length: data.variants.length + 1 }, (_, i) => data.pixels.subarray(i * area, (i + 1) * area));
  }, [data]);
  const partners = data?.variants.flatMap(({ mixedWith }) => mixedWith?.caseIndex ?? []) ?? [];
  const whole = useQueryOf(
    'datasets.pictures',
    { snapshotId, indexes: partners },
    { enabled: partners.length > 0, staleTimeMs: Infinity },
  ).data;
  const partnerOf = (i: number) => {
    const mixedWith = data?.variants[i]?.mixedWith;
    const before = data?.variants.slice(0, i).filter((variant) => variant.mixedWith).length ?? 0;
    const pixels = mixedWith && pictureAt(whole?.pixels, whole?.size ?? 0, before);
    if (!pixels || !whole) return undefined;
    const title = `mixed with case ${cases.indexOf(mixedWith.caseIndex) + 1}, ${mixedWith.className}`;
    return { size: whole.size, pixels, title };
  };
  const step = (by: number): void => setPlace((place + by + cases.length) % Math.max(1, cases.length));
  const [original, ...variants] = pictures;
  if (preview.error) return <ErrorState text={errorText(preview.error)} onRetry={() => void preview.refetch()} />;
  return (
    <section className="augmentation-preview" aria-label="What training would see" aria-busy={preview.isFetching}>
      <div className="augmentation-preview-bar">
        <IconButton icon="chevronUp" label="Previous case" onClick={() => step(-1)} disabled={cases.length < 2} />
        <IconButton icon="chevronDown" label="Next case" onClick={() => step(1)} disabled={cases.length < 2} />
        <span className="truncate">
          case {place + 1} of {cases.length}
          {data ? (
            <>
              , <strong>{data.className}</strong>
            </>
          ) : null}
        </span>
        <Button icon="reset" onClick={() => setSeed(seed + 1)}>
          Reshuffle
        </Button>
      </div>
      <div className="augmentation-grid">
        <figure className="augmentation-original">
          {data && original ? (
            <GreyPicture
              rows={data.size}
              columns={data.size}
              pixels={original}
              alt={`case as it is, ${data.className}`}
            />
          ) : (
            <div className="augmentation-wait" />
          )}
          <figcaption>as it is</figcaption>
        </figure>
        {Array.from({ length: VARIANTS }, (_, i) => (
          <VariantTile
            // biome-ignore lint/suspicious/noArrayIndexKey: places of a grid
            key={i}
            number={i + 1}
            variant={data?.variants[i]}
            size={data?.size ?? 0}
            pixels={variants[i]}
            partner={partnerOf(i)}
          />
        ))}
      </div>
      <p className="field-hint">Drawn anew each time a picture is shown. Validation and test pictures never change.</p>
    </section>
  );
}
