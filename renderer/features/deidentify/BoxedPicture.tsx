import type { ReactNode } from 'react';
import type { MaskBox } from '../../../main/contract/deidentify.ts';
import type { OutputOf } from '../../client/hooks.ts';
import { GreyPicture } from '../../components/GreyPicture.tsx';

interface BoxedPictureProps {
  readonly picture: OutputOf<'deidentify.picture'>;
  readonly alt: string;
  /** Proposals of the detector, dashed. */
  readonly proposals: readonly MaskBox[];
  /** What will be black. */
  readonly boxes: readonly MaskBox[];
}

/** A frame with the rectangles on it. */
export function BoxedPicture({ picture, alt, proposals, boxes }: BoxedPictureProps): ReactNode {
  const { rows, columns } = picture;
  return (
    <span className="boxed-picture" style={{ aspectRatio: `${columns} / ${rows}` }}>
      <GreyPicture rows={picture.shownRows} columns={picture.shownColumns} pixels={picture.pixels} alt={alt} />
      <svg viewBox={`0 0 ${columns} ${rows}`} preserveAspectRatio="none" aria-hidden="true">
        {proposals.map((box) => (
          <rect key={keyOf(box)} className="box-proposed" {...rectOf(box)} />
        ))}
        {boxes.map((box) => (
          <rect key={keyOf(box)} className="box-masked" {...rectOf(box)} />
        ))}
      </svg>
    </span>
  );
}

export const rectOf = ({ left, top, width, height }: MaskBox) => ({ x: left, y: top, width, height });
export const keyOf = ({ left, top, width, height }: MaskBox): string => `${left} ${top} ${width} ${height}`;
